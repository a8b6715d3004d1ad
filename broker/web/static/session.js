// Without this file: the page says until when somebody is signed in, a form that is sent after that is kept and offered
// after signing in again, and "Exit this page" is a form that signs out and goes on to another site.
// With it: a warning two minutes before, what is being typed is kept from time to time, and leaving leaves no trace.

const body = document.body
const dialog = document.getElementById("time-out")
const WARNED_BEFORE = 120
const KEPT_EVERY = 15

if (dialog && body.dataset.endsIn) {
  let endsAt = Date.now() + Number(body.dataset.endsIn) * 1000
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("broker-session") : null
  const here = location.pathname + location.search

  const send = (path, fields) => {
    const form = new URLSearchParams(fields)
    form.set("token", body.dataset.token)
    return fetch(path, { method: "POST", body: form, redirect: "manual", keepalive: true, headers: { accept: "application/json" } })
  }

  // What is being typed: long forms, those with a text area, every few seconds while they change.
  const begun = new Map()
  for (const form of document.querySelectorAll("form[method=post]")) {
    if (form.querySelector("textarea")) form.addEventListener("input", () => begun.set(form, true))
  }
  const keep = async () => {
    for (const form of [...begun.keys()]) {
      begun.delete(form)
      const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "token")
      const path = new URL(form.action, location.href)
      fields.push(["kept-page", here], ["kept-action", path.pathname + path.search])
      try {
        const answer = await send("/keep", fields)
        if (!answer.ok) continue
        const told = await answer.json()
        let mark = form.querySelector("input[name=kept]")
        if (!mark) {
          mark = Object.assign(document.createElement("input"), { type: "hidden", name: "kept" })
          form.append(mark)
        }
        mark.value = told.kept
        goesOn(Number(told.ends_in))
      } catch {
        begun.set(form, true)
      }
    }
  }
  setInterval(keep, KEPT_EVERY * 1000)
  for (const form of document.querySelectorAll("form")) form.addEventListener("submit", () => begun.clear())

  // The warning. Other windows of the same browser are told when one of them goes on.
  const goesOn = (seconds) => {
    endsAt = Date.now() + seconds * 1000
    if (dialog.open) dialog.close()
    tabs?.postMessage(endsAt)
  }
  if (tabs) {
    tabs.onmessage = ({ data }) => {
      if (typeof data !== "number" || data <= endsAt) return
      endsAt = data
      if (dialog.open) dialog.close()
    }
    tabs.postMessage(endsAt)
  }
  const look = async () => {
    const left = (endsAt - Date.now()) / 1000
    if (left <= 0) {
      location.replace(`/sign-in?ended=yes&back=${encodeURIComponent(here)}`)
    } else if (left <= WARNED_BEFORE && !dialog.open) {
      dialog.showModal()
    }
  }
  dialog.querySelector("[data-stay]").addEventListener("click", async () => {
    const answer = await send("/stay", {})
    if (answer.ok) goesOn(Number((await answer.json()).ends_in))
    else location.replace(`/sign-in?ended=yes&back=${encodeURIComponent(here)}`)
  })
  dialog.addEventListener("cancel", (event) => event.preventDefault())
  setInterval(look, 1000)
  document.addEventListener("visibilitychange", look)
}

// Leaving: the page is gone at once, the session ends, and going back shows nothing (start.js).
const leaving = document.querySelector("form[data-away]")
if (leaving) {
  const leave = () => {
    sessionStorage.setItem("left", leaving.dataset.away)
    document.documentElement.hidden = true
    fetch(leaving.action, { method: "POST", body: new URLSearchParams(new FormData(leaving)), redirect: "manual", keepalive: true })
    location.replace(leaving.dataset.away)
  }
  leaving.addEventListener("submit", (event) => {
    event.preventDefault()
    leave()
  })
  let shifts = []
  document.addEventListener("keyup", (event) => {
    shifts = event.key === "Shift" ? [...shifts.filter((at) => Date.now() - at < 5000), Date.now()] : []
    if (shifts.length >= 3) leave()
  })
}
