/** Whether the full counts of the promises are run, which takes hours; otherwise a size that fits every build. */
export const isSoak = process.env['EBRA_SOAK'] === '1'

/** The one of two counts that belongs to this run. */
export function sized(everyBuild: number, soak: number): number {
  return isSoak ? soak : everyBuild
}

/** How long a test may take, in milliseconds: soaks are bounded by hours. */
export function patience(everyBuildMs: number): number {
  return isSoak ? 7_200_000 : everyBuildMs
}
