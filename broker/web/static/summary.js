// Filters the timeline as soon as something is chosen. Without this file the same form asks the server, by its button.
const form = document.querySelector("[data-filter]")
// Where the server has filtered already, the rest is not on the page.
if (form !== null && !location.search) {
  const said = document.querySelector("[data-said]")
  const items = [...document.querySelectorAll("[data-source]")]
  form.querySelector("button").hidden = true
  const filter = () => {
    const { person, source } = Object.fromEntries(new FormData(form))
    let count = 0
    for (const item of items) {
      const fits = (!person || item.dataset.about.split(" ").includes(person)) && (!source || item.dataset.source === source)
      item.hidden = !fits
      if (fits) count += 1
    }
    for (const month of document.querySelectorAll("[data-month]")) month.hidden = month.querySelector("[data-source]:not([hidden])") === null
    said.textContent = person || source ? said.dataset.said.replace("#", count) : ""
  }
  form.addEventListener("change", filter)
  form.addEventListener("submit", event => { event.preventDefault(); filter() })
}
