/** The routes of one deployed stage, as the control plane lists them. */
export interface DeployedRoutes {
  /** Method (`GET`, `ANY`) and template (`/pets/{id}`, `/{proxy+}`, `$default`). */
  readonly routes: readonly { readonly method: string; readonly template: string }[];
}
