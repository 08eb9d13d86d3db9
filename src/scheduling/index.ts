export type { Pages, QueueOptions } from '../core/calls.ts'
export type { Can, Capability, CapabilityFact, Obstacle } from '../core/scheduling/capabilities.ts'
export type { Schedulable } from '../core/scheduling/connection.ts'
export type {
  Answer,
  AnswerValue,
  Attendee,
  Booking,
  BookingStatus,
  Cancellation,
  EventType,
  EventTypeLimits,
  EventTypeOwner,
  Hold,
  Host,
  Interval,
  Location,
  Money,
  OpenWord,
  Person,
  Question,
  QuestionType,
  Recurrence,
  Schedule,
  Slot,
  UtcInstant,
  Utm,
  VideoService,
  Weekday,
} from '../core/scheduling/model.ts'
export type {
  AttendeeRequest,
  BookingRequest,
  BookingsQuery,
  CancelOptions,
  EventTypesQuery,
  HoldOptions,
  KeyOptions,
  LocationChoice,
  NoShowOptions,
  NoShowTarget,
  Rescheduled,
  RescheduleOptions,
  SlotRef,
  SlotsQuery,
  Time,
  VerbListOptions,
  VerbOptions,
} from '../core/scheduling/requests.ts'
export type { SchedulingVerb } from '../core/scheduling/verb-capabilities.ts'
export type { BookingRef, Scheduling } from '../core/scheduling/verbs.ts'
export { toICalendar } from './icalendar.ts'
export { scheduling } from './scheduling.ts'
