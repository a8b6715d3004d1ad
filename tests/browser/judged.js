// What tests/browser/judged.py asks of a page as it is drawn. Comes in through the debugger, never as a script of the page.
window.judged = (() => {
  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]"
  const HIDDEN = ".govuk-visually-hidden, .govuk-skip-link"
  const seen = (one) => one.getClientRects().length > 0 && one.checkVisibility({ visibilityProperty: true })
  const called = (one) => {
    const words = (one.innerText || one.labels?.[0]?.innerText || one.getAttribute("aria-label") || one.name || "").trim()
    return `${one.localName}${one.className && one.className.trim ? "." + one.className.trim().split(/\s+/).join(".") : ""} “${words.slice(0, 30)}”`
  }
  // Where somebody who presses Tab stops: of a list of radios, once.
  const stops = () => {
    const groups = new Map()
    return [...document.querySelectorAll(STOPS)].filter((one) => {
      if (one.type === "hidden" || one.tabIndex < 0 || one.matches(":disabled") || !seen(one) || one.closest("[inert]")) return false
      if (one.localName === "summary" && one.parentElement?.querySelector("summary") !== one) return false
      if (one.type !== "radio") return true
      const group = [...document.querySelectorAll("input[type=radio]")].filter((other) => other.name === one.name && other.form === one.form)
      return one === (group.find((other) => other.checked) ?? group[0])
    })
  }
  const drawn = (one) => {
    const round = ["radio", "checkbox"].includes(one.type) && one.labels?.[0]
    const style = round ? getComputedStyle(round, "::before") : getComputedStyle(one)
    return {
      outline: style.outlineStyle === "none" ? "" : `${style.outlineStyle} ${style.outlineWidth}`,
      rest: [style.outlineColor, style.boxShadow, style.backgroundColor, style.color, style.textDecoration, style.borderColor].join(),
      border: [style.borderTopWidth, style.borderRightWidth, style.borderBottomWidth, style.borderLeftWidth].join(),
      clear: style.outlineColor.replace(/ /g, "").endsWith(",0)"),
    }
  }
  const differs = (before, after, forced) => {
    const outlined = after.outline !== "" && after.outline !== before.outline
    if (forced) return outlined || after.border !== before.border
    return (outlined && !after.clear) || after.border !== before.border || after.rest !== before.rest
  }
  let found = []
  let order = []
  return {
    // Radios and boxes, buttons, links, headings: what there is to use, and what the page is called.
    parts: () => ({
      h1: [...document.querySelectorAll("h1")].filter(seen).map((one) => one.innerText.trim()),
      forms: [...document.forms].filter((one) => !one.hidden).map((one) =>
        `${one.method} ${one.action} ${[...one.elements].filter((part) => part.name && (part.type === "hidden" || seen(part))).map((part) => part.name + part.type).join()}`),
      buttons: [...document.querySelectorAll("main button, .app-exit button")].filter((one) => seen(one) && !one.matches("[data-print]")).map((one) => one.innerText.trim()),
      links: [...document.querySelectorAll("a[href]")].filter(seen).map((one) => one.getAttribute("href")),
    }),
    // Scripts go on after the page is there: until they have, or for fifteen seconds.
    ready: async () => {
      const until = Date.now() + 15000
      const waits = () => document.body.dataset.frontend && !document.querySelector("[data-govuk-skip-link-init]")
      while (waits() && Date.now() < until) await new Promise((done) => setTimeout(done, 20))
      return waits() ? ["its scripts never began"] : []
    },
    // An error summary is first, has the focus, and leads to fields that are there.
    errors: () => {
      const summary = document.querySelector(".govuk-error-summary")
      if (!summary) return [...document.querySelectorAll(".govuk-form-group--error, .govuk-error-message")].slice(0, 1).map((one) => `looks wrong though nothing is: ${called(one)}`)
      const wrong = []
      if (document.activeElement !== summary) wrong.push("the error summary has not the focus")
      if (!document.title.startsWith("Error")) wrong.push("the title does not say that something is wrong")
      for (const link of summary.querySelectorAll("a")) {
        const to = document.getElementById(link.getAttribute("href").slice(1))
        if (!to) wrong.push(`the error summary leads nowhere: ${link.getAttribute("href")}`)
      }
      return wrong
    },
    twins: () => {
      const ids = [...document.querySelectorAll("[id]")].map((one) => one.id)
      return [...new Set(ids.filter((one, at) => ids.indexOf(one) !== at))]
    },
    wider: () => {
      const root = document.documentElement
      if (root.scrollWidth <= root.clientWidth) return []
      const out = [...document.body.querySelectorAll("*")].filter((one) => seen(one) && one.getBoundingClientRect().right > root.clientWidth + 1)
      return out.slice(-1).map(called).concat(out.length ? [] : ["the page"])
    },
    // Everything on paper that is cut off at its edge, or that nobody can press there.
    paper: () => {
      const wide = document.documentElement.clientWidth + 1
      const all = [...document.body.querySelectorAll("*")].filter((one) => seen(one) && !one.closest(HIDDEN))
      const cut = all.filter((one) => one.getBoundingClientRect().right > wide && !one.closest("svg svg"))
      const pressed = all.filter((one) => one.matches("button, .govuk-button, .govuk-service-navigation, .app-header, .app-footer, nav, .govuk-skip-link, .app-exit"))
      return [...cut.slice(-1).map((one) => `cut off on paper: ${called(one)}`), ...pressed.slice(0, 1).map((one) => `on paper though nobody can press it: ${called(one)}`)]
    },
    beginTabs: () => {
      const start = Object.assign(document.createElement("span"), { tabIndex: -1 })
      document.body.prepend(start)
      start.focus()
      start.remove()
      found = stops().map((one) => ({ one, before: drawn(one) }))
      order = []
      document.addEventListener("focusin", ({ target }) => {
        const at = found.findIndex((stop) => stop.one === target)
        order.push(at)
        if (at >= 0) found[at].shown = differs(found[at].before, drawn(target), false)
      })
      return found.length
    },
    endTabs: () => {
      const wrong = []
      const known = order.filter((at) => at >= 0)
      if (found.length > 1 && !found[known[0]]?.one.matches(".govuk-skip-link")) wrong.push(`Tab does not come to the skip link first, but to ${found[known[0]] ? called(found[known[0]].one) : "nothing"}`)
      found.forEach((stop, at) => { if (!known.includes(at)) wrong.push(`Tab never comes to ${called(stop.one)}`) })
      const once = known.slice(0, found.length)
      once.forEach((at, index) => { if (index && at < once[index - 1] && at !== 0) wrong.push(`Tab comes late to ${called(found[at].one)}`) })
      for (const stop of found) if (stop.shown === false) wrong.push(`nobody sees that the focus is on ${called(stop.one)}`)
      return wrong
    },
    forced: () => {
      const wrong = []
      for (const one of stops()) {
        document.activeElement?.blur()
        const before = drawn(one)
        one.focus()
        if (!differs(before, drawn(one), true)) wrong.push(`in forced colours nobody sees that the focus is on ${called(one)}`)
      }
      for (const one of document.querySelectorAll("[aria-current]")) {
        const other = [...(one.closest("ul, ol, nav, tr")?.querySelectorAll("a:not([aria-current])") ?? [])][0]
        if (!other) continue
        const how = (link) => [link, link.closest("li")].filter(Boolean).map((part) => {
          const style = getComputedStyle(part)
          return [style.fontWeight, style.textDecorationLine, style.borderLeftWidth, style.borderBottomWidth, style.outlineStyle, style.borderStyle].join()
        }).join()
        if (seen(one) && seen(other) && how(one) === how(other)) wrong.push(`in forced colours nobody sees which is the current one: ${called(one)}`)
      }
      return wrong
    },
  }
})()
