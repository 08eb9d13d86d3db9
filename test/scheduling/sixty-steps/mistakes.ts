// Mistakes of the host application: a sentence each, and nothing is sent.

import { type Diary, days, gil, kept, service } from './diary.ts'
import { mistake, type Step } from './steps.ts'

export const mistakes: readonly Step<Diary>[] = [
  mistake('give an instant without its offset', /start has no offset from UTC/, (diary) =>
    diary.calendar.book(
      { eventType: service(diary, 'intro-call'), start: '2027-01-11T09:00:00', attendee: gil },
      { key: 'q' },
    ),
  ),
  mistake('give a time zone that does not exist', /timeZone must be/, (diary) =>
    diary.calendar.slots({ eventType: service(diary, 'intro-call'), ...days(diary, 3), timeZone: 'Mars/Olympus' }),
  ),
  mistake('ask for a time that ends before it begins', /to must be later than "from"/, (diary) => {
    const { from, to } = days(diary, 3)
    return diary.calendar.slots({ eventType: service(diary, 'intro-call'), from: to, to: from })
  }),
  mistake('book without a key', /key must be/, (diary) =>
    diary.calendar.book(
      { eventType: service(diary, 'intro-call'), start: diary.free[0] ?? '', attendee: gil },
      {} as never,
    ),
  ),
  mistake('give a wrong e-mail address', /attendee.email must be an e-mail address/, (diary) =>
    diary.calendar.book(
      { eventType: service(diary, 'intro-call'), start: diary.free[0] ?? '', attendee: { ...gil, email: 'gil' } },
      { key: 'q' },
    ),
  ),
  mistake('ask for a length that there is not', /must be one of the event type's durations: 30, 60/, (diary) =>
    diary.calendar.slots({ eventType: service(diary, 'consultation'), ...days(diary, 3), durationMinutes: 45 }),
  ),
  mistake('name a booking that nobody could have', /id must be|booking must be|is an address/, ({ calendar }) =>
    calendar.booking('no booking at all'),
  ),
  mistake('use the booking of another provider', /is of "elsewhere", and the connection is one of/, (diary) =>
    diary.calendar.cancel({ ...kept(diary, 'at video'), provider: 'elsewhere' }),
  ),
  mistake('use the event type of somebody else', /belongs to another person/, (diary) => {
    const eventType = service(diary, 'intro-call')
    const owner = { ...eventType.owner, id: 'somebody' }
    return diary.calendar.book(
      { eventType: { ...eventType, owner }, start: diary.free[0] ?? '', attendee: gil },
      { key: 'q' },
    )
  }),
  mistake('name another person as the attendee', /is not an attendee of the booking/, (diary) =>
    diary.calendar.markNoShow(kept(diary, 'at video'), { attendee: 'nobody@guests.example' }),
  ),
  mistake('filter by a status that there is not', /status must be/, ({ calendar }) =>
    calendar.bookings({ status: 'pending' as never }),
  ),
  mistake('misspell an option', /is not an option|unknown|no such/, (diary) =>
    diary.calendar.cancel(kept(diary, 'at video'), { becuase: 'Ill' } as never),
  ),
  mistake('ask for a capability that there is not', /what must be a capability/, async ({ calendar }) =>
    calendar.can('fly' as never),
  ),
]
