// Asks the browser for a passkey and sends its answer with the form. Without it a code does the same.
"use strict";
(() => {
  const bytesOf = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const textOf = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  function asked(options) {
    const given = options.publicKey;
    given.challenge = bytesOf(given.challenge);
    if (given.user) given.user.id = bytesOf(given.user.id);
    for (const one of [...(given.excludeCredentials || []), ...(given.allowCredentials || [])]) one.id = bytesOf(one.id);
    return { publicKey: given };
  }

  function told(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = textOf(credential.response[name]);
    }
    return JSON.stringify({ id: credential.id, rawId: textOf(credential.rawId), type: credential.type, response });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("button");
    const said = form.querySelector('[role="status"]');
    if (!window.PublicKeyCredential || !navigator.credentials) continue;
    form.querySelector(".quiet").hidden = true;
    button.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      said.textContent = "";
      try {
        const options = asked(JSON.parse(form.dataset.options));
        const credential = await navigator.credentials[form.dataset.passkey](options);
        form.elements.namedItem("passkey").value = told(credential);
        form.submit();
      } catch {
        said.textContent = form.dataset.failed;
        button.disabled = false;
        button.focus();
      }
    });
  }
})();
