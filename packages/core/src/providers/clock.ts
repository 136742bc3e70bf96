/** The instant now. Providers take it as an option, so that a test decides what time it is. */
export type Now = () => Date

/** The time of this machine: signatures are dated by it, and the simulator's calls. */
export const systemNow: Now = () => new Date()
