// `/dashboard.js`: keeps a page up to date, and shows the answer of a provider in its place. Every page works without it.

export const script = `// Fetches this page again every five seconds, and replaces the parts with "data-live" that have changed: unless a person is
// in one of them, has begun to fill in one of its forms, has selected some of its text, or does not look at the page.
document.addEventListener('input', ({ target }) => target.form?.setAttribute('data-begun', ''))

const pageAt = async (address) => {
  const answer = await fetch(address, { headers: { accept: 'text/html' } })
  const isOurs = answer.headers.get('content-type')?.startsWith('text/html') && !answer.redirected
  return isOurs ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null
}

const parts = () => [...document.querySelectorAll('[data-live][id]')]

const isBusy = (part) => {
  const selected = getSelection()
  if (part.contains(document.activeElement) || part.querySelector('form[data-begun]')) return true
  return selected !== null && !selected.isCollapsed && selected.containsNode(part, true)
}

const replace = (part, fresh) => {
  for (const fold of part.querySelectorAll('details[id]'))
    fresh.querySelector('#' + CSS.escape(fold.id))?.toggleAttribute('open', fold.open)
  if (fresh.innerHTML === part.innerHTML) return
  const known = new Set([...part.querySelectorAll('[data-row]')].map((row) => row.dataset.row))
  for (const row of fresh.querySelectorAll('[data-row]')) if (!known.has(row.dataset.row)) row.classList.add('arrived')
  part.replaceWith(fresh)
}

const update = async () => {
  if (document.hidden || parts().length === 0) return
  const next = await pageAt(location.href)
  for (const part of next ? parts() : []) {
    const fresh = next.getElementById(part.id)
    if (fresh && !isBusy(part)) replace(part, fresh)
  }
}
setInterval(() => update().catch(() => {}), 5000)

// A link with "data-into" leads to a page with an answer of the provider. Only the part of that name is taken from it.
document.addEventListener('click', async (event) => {
  const link = event.target.closest?.('a[data-into]')
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
  const place = document.getElementById(link.dataset.into)
  if (!place) return
  event.preventDefault()
  if (link.getAttribute('aria-disabled') === 'true') return
  link.setAttribute('aria-disabled', 'true')
  link.textContent = 'Asking …'
  const answer = await pageAt(link.href).catch(() => null)
  const fresh = answer?.getElementById(link.dataset.into)
  if (!fresh) return location.assign(link.href)
  place.replaceWith(fresh)
  fresh.tabIndex = -1
  fresh.focus()
})

// The notice of what was done is for now: loading the page again does not repeat it.
if (new URLSearchParams(location.search).has('punctual')) history.replaceState(null, '', location.pathname)
`
