/** Whose account and which region a command looks into; what is not given is taken from the environment, as the SDK does. */
export interface AwsAccess {
  /** As `AWS_REGION`. */
  readonly region?: string | undefined;
  /** As `AWS_PROFILE`: a profile of the shared configuration files. */
  readonly profile?: string | undefined;
}

/** The part of a client's configuration that says so. */
export function toClientConfig({ region, profile }: AwsAccess): {
  readonly region?: string;
  readonly profile?: string;
} {
  return { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
}
