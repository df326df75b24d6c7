// Passkeys: asks the browser for what a form marked data-passkey needs, and sends the form with it.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const put = (form, values) => {
    for (const [name, value] of Object.entries(values)) {
      const field = form.querySelector(`input[name="${name}"]`) || form.appendChild(document.createElement("input"));
      Object.assign(field, { type: "hidden", name, value });
    }
    form.submit();
  };
  const acts = {
    async get(form) {
      const { challenge, host } = form.dataset;
      const made = await navigator.credentials.get({ publicKey: { challenge: bytes(challenge), rpId: host, userVerification: "required" } });
      const said = made.response;
      put(form, {
        credential: text(made.rawId), client_data: text(said.clientDataJSON), authenticator_data: text(said.authenticatorData),
        signature: text(said.signature), handle: said.userHandle ? text(said.userHandle) : "",
      });
    },
    async create(form) {
      const { challenge, host, node, handle, username, known } = form.dataset;
      const made = await navigator.credentials.create({ publicKey: {
        challenge: bytes(challenge), rp: { id: host, name: node }, user: { id: bytes(handle), name: username, displayName: username },
        pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: "public-key", alg })),
        excludeCredentials: known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) })),
        authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" }, attestation: "none",
      } });
      put(form, { client_data: text(made.response.clientDataJSON), attestation: text(made.response.attestationObject) });
    },
  };
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const said = form.querySelector(".problem");
      said.textContent = "";
      try { await acts[form.dataset.passkey](form); } catch { said.textContent = "The browser gave no passkey. Try again."; }
    });
  }
})();
