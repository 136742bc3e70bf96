/** How much of the full counts of the promises is run: all of them is 1, and takes hours; 0 is a size that fits every build. */
const share = Number(process.env['EBRA_SOAK'] ?? 0)

/** Whether figures are kept, and tests may take hours. */
export const isSoak = share > 0

/** The one of two counts that belongs to this run. */
export function sized(everyBuild: number, soak: number): number {
  return isSoak ? Math.max(everyBuild, Math.round(soak * share)) : everyBuild
}

/** How long a test may take, in milliseconds: soaks are bounded by hours. */
export function patience(everyBuildMs: number): number {
  return isSoak ? 7_200_000 : everyBuildMs
}
