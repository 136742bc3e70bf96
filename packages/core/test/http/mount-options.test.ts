import { expect, test } from 'vitest'
import { type MountOptions, resolveMount, routeGroups } from '../../src/http/index.ts'

test.each<[string, object, string]>([
  ['no authorize', {}, 'authorize must be a function that says who may use /calls, or false, which lets everybody do everything.'],
  [
    'no authorize for what is mounted',
    { routes: ['health', 'metrics'] },
    'authorize must be a function that says who may use /metrics, or false, which lets everybody do everything.',
  ],
  [
    'authorize: true',
    { authorize: true },
    'authorize must be a function that says who may use /calls, or false, which lets everybody do everything.',
  ],
  [
    'an unknown group',
    { authorize: false, routes: ['calls', 'webhook'] },
    `routes[1] must be one of ${list(routeGroups)}, got "webhook". Did you mean "webhooks"?`,
  ],
  ['one group that is no list', { authorize: false, routes: 'calls' }, `routes must be an array of ${routeGroups.join(', ')}.`],
  ['a word for a flag', { authorize: false, exposeProviderOptions: 'yes' }, 'exposeProviderOptions must be true or false, got "yes".'],
  ['no bytes', { authorize: false, webhookBodyLimit: 0 }, 'webhookBodyLimit must be an integer from 1 to 1073741824, got 0.'],
  ['a key that nobody reads', { authorize: false, route: [] }, 'unknown option "route". Did you mean "routes"?'],
])('a mount with %s is refused', (_what, options, message) => {
  expect(() => resolveMount('ebraExpress', options as MountOptions<unknown>)).toThrow(`ebraExpress: ${message}`)
})

test('a mount of open parts needs no authorize', () => {
  const { routes, authorize } = resolveMount('ebraExpress', { routes: ['webhooks', 'health', 'openapi'] })

  expect(authorize).toBeNull()
  expect(new Set(routes.map(({ group }) => group))).toEqual(new Set(['webhooks', 'health', 'openapi']))
})

function list(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(', ')
}
