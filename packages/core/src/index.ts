export type { Attempt, AttemptDetails, AttemptPhase, AttemptStatus, CallWithAttempt, DialRequest, PlacedAttempt } from './domain/attempt.ts'
export { attemptStatuses } from './domain/attempt.ts'
export type { AttemptNext, AttemptWrite, CallMove, LocatedAttempt } from './domain/attempt-write.ts'
export type { Call, CallStatus, EndedCallStatus, Problem } from './domain/call.ts'
export { callStatuses, erasedNumber } from './domain/call.ts'
export type { StoreDetails } from './domain/details.ts'
export { detailsFromJson, detailsToJson } from './domain/details.ts'
export type { Gate, GateClosing, GatedDial, GateOpening, GateReason, GateReport } from './domain/gate.ts'
export { pauseScope, scopesOf } from './domain/gate.ts'
export type { AttemptIdParts } from './domain/identifiers.ts'
export { attemptIdOf, isUuid, parseAttemptId } from './domain/identifiers.ts'
export type { Json, JsonObject, Variables } from './domain/json.ts'
export type { NumberRange } from './domain/options.ts'
export { optionNumber, optionOneOf, refuseUnknownKeys } from './domain/options.ts'
export type { Outcome, RetryableOutcome } from './domain/outcome.ts'
export { outcomes } from './domain/outcome.ts'
export type { Refusal } from './domain/refusal.ts'
export type { OutcomeRetry, RetryContext, RetryOptions, RetryPolicy } from './domain/retry.ts'
export { backoffMs, retryPolicyFrom } from './domain/retry.ts'
export { written } from './domain/written.ts'
export type { ErrorCode, InputProblem } from './errors.ts'
export {
  AttemptNotResolvableError,
  CallEndedError,
  CallNotEndedError,
  CallNotFoundError,
  CallNotPendingError,
  ConfigurationError,
  EbraError,
  errorCodes,
  GateNotFoundError,
  IdempotencyKeyReusedError,
  IntakeFullError,
  isEbraError,
  ProviderUnknownError,
  SchemaIncompatibleError,
  StoppedError,
  StoreUnavailableError,
  ValidationError,
} from './errors.ts'
export { CallOrchestrator } from './orchestrator/call-orchestrator.ts'
export type { AttemptEventType, CallEvent, CallEventType, EventNamed, ParkingReason } from './orchestrator/events.ts'
export type { BeforeDial, BeforeDialResult, LostChoice, OrchestratorOptions } from './orchestrator/options.ts'
export type {
  EnqueueBase,
  EnqueueInput,
  EnqueueResult,
  IncomingWebhook,
  ListInput,
  Metrics,
  UpdateInput,
  Verdict,
  WebhookAnswer,
} from './orchestrator/surface.ts'
export type { Clock } from './ports/clock.ts'
export type { Logger } from './ports/logger.ts'
export type {
  Accepted,
  AttemptState,
  CheckRequest,
  HangUpResult,
  LookupResult,
  PlaceResult,
  Provider,
  ProviderContext,
  ProviderEvent,
  ProviderTraits,
  WebhookContext,
  WebhookReply,
  WebhookRequest,
  WebhookResult,
} from './ports/provider.ts'
export type {
  CallChanges,
  CallPage,
  CanceledCall,
  Control,
  ControlChange,
  InsertResult,
  ListQuery,
  NewCall,
  PendingFilter,
  Store,
  StoreContext,
  StoreMetrics,
  UpdateResult,
} from './ports/store.ts'
export type {
  AttemptKeys,
  ClaimedAttempt,
  ClaimParams,
  ClaimProvider,
  EventKey,
  LookUp,
  LookUpKeys,
  ParkedEvent,
  Turn,
  TurnResult,
} from './ports/turn.ts'
export type { CallReport, CallReportReading } from './providers/call-report.ts'
export { readCallReport } from './providers/call-report.ts'
export { classifyPlaceError } from './providers/classify-place-error.ts'
export type { PlaceStatusOptions } from './providers/classify-place-status.ts'
export { classifyPlaceStatus } from './providers/classify-place-status.ts'
export type { Now } from './providers/clock.ts'
export { HttpProvider } from './providers/http-provider.ts'
export type {
  HttpAnswer,
  HttpMapping,
  HttpOperation,
  HttpProviderOptions,
  Scripts,
  ScriptTarget,
} from './providers/http-provider-options.ts'
export type { SinglePost, SinglePostResult } from './providers/post-once.ts'
export { postOnce } from './providers/post-once.ts'
export type { BoundedBody } from './providers/read-bounded.ts'
export { SimulatedProvider } from './providers/simulated-provider.ts'
export type { SimulatedEnding, SimulatedProviderOptions, SimulatedSpanMs } from './providers/simulated-provider-options.ts'
export type { VerifyWebhookOptions, WebhookMessage, WebhookSignatureHeaders, WebhookVerification } from './providers/standard-webhooks.ts'
export { signWebhook, verifyWebhook } from './providers/standard-webhooks.ts'
