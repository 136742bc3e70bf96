import type { Settings } from './settings.ts'

/** What a person is told who has just started the service: where it is, and a line that works. */
export function greeting(url: string, { apiKey, platform, database }: Settings, dials: boolean): string {
  const store = database.kind === 'sqlite' ? database.file : 'Postgres'
  const through = platform.kind === 'simulator' ? 'the simulator: no phone rings' : platform.baseUrl
  const dialing = dials ? `dials through ${through}` : 'leaves the dialing to workers'
  const bearer = apiKey === null ? '' : ' -H "authorization: Bearer $API_KEY"'
  return `
Ebra listens on ${url}, keeps its calls in ${store}, and ${dialing}. Try it:

  curl -X POST ${url}/calls${bearer} -H 'content-type: application/json' -d '{"to": "+12025550123", "scriptId": "welcome"}'
`
}
