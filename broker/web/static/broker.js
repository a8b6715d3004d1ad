// Whole without this file: what it adds is named beside each part, and the page says the same without it.
const { initAll } = await import(document.body.dataset.frontend)
initAll()
