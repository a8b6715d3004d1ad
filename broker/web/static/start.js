// Says to the style sheet that scripts run, before anything is drawn; and, where somebody left in a hurry, that going
// back shows nothing.
const gone = () => {
  const away = sessionStorage.getItem("left")
  const [how] = performance.getEntriesByType("navigation")
  return away && how && how.type === "back_forward" ? away : null
}
if (gone()) {
  document.documentElement.hidden = true
  location.replace(gone())
} else {
  sessionStorage.removeItem("left")
}
addEventListener("pageshow", (event) => {
  const away = sessionStorage.getItem("left")
  if (event.persisted && away) {
    document.documentElement.hidden = true
    location.replace(away)
  }
})
document.documentElement.classList.add("app-scripted")
document.addEventListener("DOMContentLoaded", () => {
  document.body.classList.add("js-enabled")
  if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported")
})
