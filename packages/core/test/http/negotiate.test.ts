import { expect, test } from 'vitest'
import { negotiate } from '../../src/http/wire/negotiate.ts'

const offers = ['application/json', 'application/openmetrics-text', 'text/plain'] as const

test.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['text/plain', 'text/plain'],
  ['TEXT/Plain; Version=0.0.4', 'text/plain'],
  ['text/*', 'text/plain'],
  ['application/*', 'application/json'],
  ['text/plain, */*', 'text/plain'],
  ['application/json, text/plain, */*', 'application/json'],
  ['text/plain;q=0.5, application/json;q=0.4', 'text/plain'],
  ['text/plain;q=0.1, */*', 'application/json'],
  ['application/json;q=0, */*', 'application/openmetrics-text'],
  [
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;q=0.3,*/*;q=0.2',
    offers[1],
  ],
  ['image/png', 'application/json'],
  ['text/plain;q=nonsense', 'application/json'],
  [',;q=,,/', 'application/json'],
])('a client that accepts %j gets %s', (accept, expected) => {
  expect(negotiate(accept, offers)).toBe(expected)
})
