import type { NextFunction, Request, Response } from 'express'

/** Who works for the shop. */
export interface User {
  readonly name: string
  readonly role: 'clerk' | 'owner'
}

/** A request of somebody who may be known. */
export interface ShopRequest extends Request {
  user?: User | undefined
}

const users = new Map<string | undefined, User>([
  ['Bearer clerk', { name: 'Cleo', role: 'clerk' }],
  ['Bearer owner', { name: 'Olga', role: 'owner' }],
])

/** The shop's own authentication: it says who asks, and lets everybody pass. */
export function recognize(request: ShopRequest, _response: Response, next: NextFunction): void {
  request.user = users.get(request.headers.authorization)
  next()
}

/** Lets in whoever was recognized. */
export function requireUser(request: ShopRequest, response: Response, next: NextFunction): void {
  if (request.user === undefined) response.status(401).json({ error: 'Who are you?' })
  else next()
}
