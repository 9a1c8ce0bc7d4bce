/**
 * Positions of paths that only distinctness over time could tell to be parameters: after the listed prefix of
 * template segments, the next segment is a parameter (`/shops/red-shoe` → `/shops/{name}`).
 */
export interface LearnedTemplates {
  readonly parameterAfter: readonly string[];
}
