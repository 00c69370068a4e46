"use strict";
// Each slider goes through drawings that the page holds; another slider of the same figures goes
// back to where the stop is.
document.documentElement.classList.add("alive");
for (const row of document.querySelectorAll(".sliders")) {
  const place = document.getElementById(row.dataset.figures);
  const own = [...place.children];
  const sliders = [...row.querySelectorAll("input")];
  const home = (slider) => Number(slider.dataset.home);
  const show = (slider) => {
    const words = slider.dataset.words.split("|");
    const word = words[slider.valueAsNumber];
    slider.parentElement.querySelector("output").value = word;
    slider.setAttribute("aria-valuetext", word);
  };
  for (const slider of sliders) {
    slider.addEventListener("input", () => {
      for (const other of sliders) {
        if (other !== slider) other.valueAsNumber = home(other);
        show(other);
      }
      const at = slider.valueAsNumber;
      const frame = document.getElementById(slider.id + "-" + at);
      place.replaceChildren(...(at === home(slider) ? own : frame.content.cloneNode(true).children));
    });
  }
}
