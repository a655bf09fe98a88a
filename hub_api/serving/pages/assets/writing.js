// Saves what is typed while somebody writes, and takes files that are dropped. Every page works without it.
"use strict";
(() => {
  const own = document.currentScript.dataset;
  const delay = Number(own.seconds) * 1000;

  function watch(form) {
    const mark = form.elements.namedItem("draft");
    let timer = 0;
    let isDirty = false;
    let isOver = false;
    let running = null;
    // The draft of another window, which only whoever presses the button replaces.
    let there = "";
    const said = document.createElement("p");
    said.className = "quiet keep";
    said.setAttribute("role", "status");
    form.append(said);

    const body = () => {
      const fields = new URLSearchParams();
      for (const [name, value] of new FormData(form)) {
        if (typeof value === "string") fields.append(name, value);
      }
      return fields;
    };

    async function save() {
      clearTimeout(timer);
      timer = 0;
      if (!isDirty || isOver) return;
      if (running) return later();
      isDirty = false;
      running = new AbortController();
      const fields = body();
      try {
        const answer = await fetch(own.address, {
          method: "POST",
          body: fields,
          headers: { Accept: "application/json" },
          signal: running.signal,
          keepalive: fields.toString().length < 60000,
        });
        const told = await answer.json();
        said.textContent = told.said;
        if (told.token) {
          for (const one of document.querySelectorAll('input[name="form_token"]')) one.value = told.token;
        }
        if (told.draft) mark.value = told.draft;
        there = told.there || "";
        if (told.again) isDirty = true;
      } catch {
        isDirty = true;
        if (!isOver) said.textContent = own.away;
      }
      running = null;
      if (isDirty) later();
    }

    function later() {
      if (!timer) timer = setTimeout(save, delay);
    }

    const changed = () => {
      isDirty = true;
      isOver = false;
      later();
    };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    // Fields that stand outside of the form and name it.
    for (const one of form.elements) {
      if (!form.contains(one)) one.addEventListener("input", changed);
    }
    form.addEventListener("submit", (event) => {
      const address = event.submitter && event.submitter.getAttribute("formaction");
      if (address === own.address) {
        // The button that keeps a draft: nobody has to leave the page for it.
        event.preventDefault();
        if (there) mark.value = there;
        isDirty = true;
        isOver = false;
        save();
        return;
      }
      isOver = true;
      clearTimeout(timer);
      timer = 0;
      if (running) running.abort();
    });
    addEventListener("pagehide", save);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") save();
    });
  }

  function takeFiles(input) {
    const place = input.closest("p") || input;
    const told = document.createElement("span");
    told.className = "quiet";
    told.setAttribute("role", "status");
    if (input.multiple) told.textContent = own.drop;
    input.after(told);
    const tell = () => {
      told.textContent = Array.from(input.files, (file) => file.name).join(own.files);
    };
    input.addEventListener("change", tell);
    place.addEventListener("dragover", (event) => {
      event.preventDefault();
      place.classList.add("drop");
    });
    place.addEventListener("dragleave", () => place.classList.remove("drop"));
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      place.classList.remove("drop");
      const chosen = new DataTransfer();
      const before = input.multiple ? Array.from(input.files) : [];
      const dropped = Array.from(event.dataTransfer.files);
      for (const file of [...before, ...(input.multiple ? dropped : dropped.slice(0, 1))]) chosen.items.add(file);
      input.files = chosen.files;
      tell();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  for (const mark of document.querySelectorAll('form > input[name="draft"]')) {
    if (!mark.form.closest(".draft")) watch(mark.form);
  }
  for (const input of document.querySelectorAll('input[type="file"]')) takeFiles(input);
})();
