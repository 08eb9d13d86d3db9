// What a host application does with the bookings of Eve's account, step by step. It does not know at which provider the
// account is: what not every provider offers, it asks for.

import { booking, groups } from './sixty-steps/booking.ts'
import { ending, finding, moving } from './sixty-steps/changing.ts'
import type { Diary } from './sixty-steps/diary.ts'
import { mistakes } from './sixty-steps/mistakes.ts'
import { reading } from './sixty-steps/reading.ts'
import type { Step } from './sixty-steps/steps.ts'

export const program: readonly Step<Diary>[] = [
  ...reading,
  ...booking,
  ...groups,
  ...finding,
  ...moving,
  ...ending,
  ...mistakes,
]
