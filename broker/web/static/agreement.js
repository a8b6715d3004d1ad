// Whole without this file: the button "Check who can agree" says the same on a page of its own, and "Receipt to print"
// is a file. With it the sentence comes while somebody chooses, and the page can be printed with a button.
const form = document.querySelector("[data-who-can]")
const says = document.querySelector("[data-who-can-says]")
let asked = 0

async function check() {
  const mine = ++asked
  const sent = new FormData(form)
  if (!sent.get("about") || !sent.get("signatory")) return
  if (sent.get("signatory") === "other" && !sent.get("signatory_reference")) return
  try {
    const answer = await fetch("/agreement-desk/check", { method: "POST", body: new URLSearchParams(sent) })
    const found = answer.ok ? await answer.json() : { sentence: "" }
    if (mine !== asked) return
    const strong = document.createElement("strong")
    strong.textContent = found.sentence
    says.replaceChildren(...(found.sentence ? [strong] : []))
  } catch {
    // The button still asks.
  }
}

form?.addEventListener("change", (event) => {
  if (["about", "signatory", "signatory_reference"].includes(event.target.name)) check()
})

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false
  button.addEventListener("click", () => window.print())
}
