// The booking page in a real browser, at each provider, by the same script.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { type BookingPageStage, startBookingPage } from './booking-page-stage.ts'
import {
  answer,
  book,
  chooseTime,
  connect,
  consent,
  factsOf,
  fileOf,
  introduce,
  isAccessible,
  send,
  sendTwice,
} from './booking-page-steps.ts'

let stage: BookingPageStage

before(async () => {
  stage = await startBookingPage()
})

after(() => stage?.stop())

for (const { provider, name, colorScheme } of [
  { provider: 'calendly', name: 'Calendly', colorScheme: 'light' },
  { provider: 'calcom', name: 'Cal.com', colorScheme: 'dark' },
] as const) {
  describe(`the booking page at ${name}, in ${colorScheme}`, () => {
    const salon = `Salon ${name}`
    let owner: Page

    const visit = (work: (page: Page) => Promise<void>, options: BrowserContextOptions = {}) =>
      stage.visit(salon, { colorScheme, ...options }, work)

    /** The forms are the same at every provider: one run of them is enough. */
    const testForms = (name: string, run: () => Promise<void>) => {
      if (provider === 'calendly') test(name, run)
    }

    before(async () => {
      owner = await stage.openHome({ colorScheme })
      await connect(owner, salon, name)
    })

    test('shows the services in the visitor’s time zone, and books with answers, once however often the form is sent', () =>
      visit(
        async (page) => {
          await isAccessible(page)
          await page.getByRole('link', { name: 'Consultation' }).click()
          assert.equal(await page.getByLabel('Time zone').inputValue(), 'America/New_York')
          await isAccessible(page)
          const time = await chooseTime(page)
          await isAccessible(page)
          await introduce(page, 'Gil Guest')
          await answer(page)
          const sent = stage.bookingsSent()
          const addresses = await sendTwice(page)
          await send(page)
          assert.deepEqual(addresses, [page.url(), page.url()])
          assert.equal(stage.bookingsSent() - sent, 1)
          assert.ok((await factsOf(page)).includes(time))
          await isAccessible(page)
          assert.match(await fileOf(page), /^BEGIN:VCALENDAR\r\n.*ATTENDEE.*gil\.guest@guests\.example/s)
        },
        { timezoneId: 'America/New_York' },
      ))

    testForms('says beside each field what is missing, and keeps what was typed', () =>
      visit(async (page) => {
        await page.getByRole('link', { name: 'Consultation' }).click()
        await chooseTime(page)
        await page.getByLabel('Your name').fill('Hana Guest')
        await page.getByLabel('What is it about?').fill('Two things')
        // A browser that insists on required fields would not send the form.
        await page.locator('form').evaluate((form) => form.setAttribute('novalidate', ''))
        await page.getByRole('button', { name: 'Book' }).click()
        await page.getByRole('alert').getByText('Something is missing').waitFor()
        assert.equal(await page.getByLabel('Your name').inputValue(), 'Hana Guest')
        assert.equal(await page.getByLabel('What is it about?').inputValue(), 'Two things')
        assert.equal(await page.locator(':focus').getAttribute('name'), 'email')
        assert.deepEqual(await page.locator('.problem').allInnerTexts(), [
          'Please enter your e-mail address, such as ada@example.com.',
          'Please answer this question.',
          'Please answer this question.',
        ])
        await isAccessible(page)
      }),
    )

    test('offers other times when somebody else has taken the slot, and keeps what was typed', () =>
      visit(async (page) => {
        await page.getByRole('link', { name: 'Consultation' }).click()
        await chooseTime(page)
        await introduce(page, 'Ines Guest')
        await answer(page)
        const taken = new URL(page.url()).searchParams.get('start') ?? ''
        await stage.control('POST', 'bookings', { provider, account: 'eve', eventType: 'Consultation', start: taken })
        await page.getByRole('button', { name: 'Book' }).click()
        await page.getByRole('alert').getByText('Somebody else has just taken this time').waitFor()
        assert.equal(await page.getByLabel('Company').inputValue(), 'Guests & Co.')
        assert.notEqual(await page.getByLabel('Another time').inputValue(), taken)
        await isAccessible(page)
        await send(page)
      }))

    testForms('asks where to meet, and for what the place needs', () =>
      visit(async (page) => {
        await page.getByRole('link', { name: 'Where you like' }).click()
        await chooseTime(page)
        await introduce(page, 'Jon Guest')
        assert.equal(await page.getByLabel('Where shall we meet?').isVisible(), false)
        await page.getByLabel('Where you like').check()
        await page.getByRole('button', { name: 'Book' }).click()
        await page.getByText('Please fill this in.').waitFor()
        await isAccessible(page)
        await page.getByLabel('Where shall we meet?').fill('Under the clock')
        await send(page)
        assert.match(await factsOf(page), /Where\s+Under the clock/)
      }),
    )

    test('moves and cancels a booking, here or where the provider leaves it to the visitor', () =>
      visit(async (page) => {
        const booking = await book(page, 'Intro call', 'Kim Guest')
        const booked = await factsOf(page)
        await page.getByRole('link', { name: 'Move' }).click()
        if (page.url().startsWith(stage.home)) {
          await chooseTime(page)
          await isAccessible(page)
          await page.getByRole('button', { name: 'Move the booking' }).click()
        } else await page.getByRole('button').nth(20).click()
        await page.getByText(/moved/).first().waitFor()
        await page.goto(booking)
        const moved = await factsOf(page)
        assert.notEqual(moved, booked)
        await page.getByRole('link', { name: 'Cancel' }).click()
        await isAccessible(page)
        await page.getByLabel('Reason').fill('A cold')
        await page.getByRole('button', { name: 'Cancel the booking' }).click()
        await page.getByRole('heading', { name: 'Your booking is cancelled' }).waitFor()
        // Only the link to join is gone.
        assert.ok(moved.startsWith(await factsOf(page)))
      }))

    test('moves every booking here, if the owner lets it be booked again and cancelled', () =>
      visit(async (page) => {
        await owner.getByLabel('Book again and cancel').check()
        await owner.getByRole('button', { name: 'Save' }).click()
        await isAccessible(owner)
        const booking = await book(page, 'Intro call', 'Lea Guest')
        await page.getByRole('link', { name: 'Move', exact: true }).click()
        const time = await chooseTime(page)
        await page.getByRole('button', { name: 'Move the booking' }).click()
        await page.getByRole('status').getByText('Your booking was moved').waitFor()
        assert.equal(new URL(page.url()).pathname, new URL(booking).pathname)
        assert.ok((await factsOf(page)).includes(time))
      }))

    test('cancels one place of a group meeting, and leaves the others theirs', () =>
      visit(async (page) => {
        const first = await book(page, 'Workshop', 'Mia Guest')
        const booked = await factsOf(page)
        await page.goto(`${stage.home}/salons/${encodeURIComponent(salon)}`)
        const second = await book(page, 'Workshop', 'Noa Guest')
        assert.equal(await factsOf(page), booked)
        assert.doesNotMatch(await fileOf(page), /mia\.guest/)
        await page.goto(first)
        await page.getByRole('link', { name: 'Cancel' }).click()
        await page.getByRole('button', { name: /^Cancel the/ }).click()
        await page.getByText(/is cancell?ed/).waitFor()
        await page.goto(first)
        await page.getByRole('heading', { name: 'Your booking is cancelled' }).waitFor()
        await page.goto(second)
        await page.getByRole('heading', { name: 'You are booked' }).waitFor()
      }))

    testForms('keeps what was typed while the provider is away', () =>
      visit(async (page) => {
        await page.getByRole('link', { name: 'Intro call' }).click()
        await chooseTime(page)
        await introduce(page, 'Ola Guest')
        await stage.control('POST', 'faults', { kind: 'status', status: 503, provider, endpoint: 'api', count: null })
        await page.getByRole('button', { name: 'Book' }).click()
        await page.getByRole('alert').getByText('The calendar cannot be reached').waitFor()
        await isAccessible(page)
        await stage.control('DELETE', 'faults')
        await page.getByRole('button', { name: 'Try again' }).click()
        await page.getByRole('heading', { name: 'You are booked' }).waitFor()
      }),
    )

    test('asks the owner to connect again, and tells the visitor that it cannot be booked online', () =>
      visit(async (page) => {
        stage.endConsent(provider)
        await page.reload()
        await page.getByRole('alert').getByText('cannot be done online at the moment').waitFor()
        await isAccessible(page)
        await owner.reload()
        await isAccessible(owner)
        await owner
          .getByRole('alert')
          .getByRole('link', { name: /^Connect .* again$/ })
          .click()
        await consent(owner)
        await page.reload()
        await page.getByRole('link', { name: 'Consultation' }).waitFor()
      }))
  })
}
