// A form that a passkey answers. data-passkey is "create", "get" or "sign-in"; data-options are allauth's, or fetched from the form's address.
// Where the browser keeps no passkeys, or the address is a number, what needs one stays hidden.
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (keys) => (keys ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
const isNumber = /^[\d.]+$|^\[/.test(location.hostname);

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.action, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
  return (await answer.json()).request_options;
}

async function created({ publicKey }, alone) {
  const chosen = { residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
  const wanted = { ...publicKey.authenticatorSelection, ...chosen, ...(alone && { userVerification: "required" }) };
  const user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  const options = { ...publicKey, user, challenge: bytes(publicKey.challenge), excludeCredentials: listed(publicKey.excludeCredentials), authenticatorSelection: wanted };
  return written(await navigator.credentials.create({ publicKey: options }), ["attestationObject"]);
}

async function got({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: listed(publicKey.allowCredentials) };
  return written(await navigator.credentials.get({ publicKey: options }), ["authenticatorData", "signature", "userHandle"]);
}

function written(key, names) {
  const parts = ["clientDataJSON", ...names].filter((name) => key.response[name]);
  const response = Object.fromEntries(parts.map((name) => [name, text(key.response[name])]));
  return { type: key.type, id: key.id, rawId: text(key.rawId), response, clientExtensionResults: key.getClientExtensionResults() };
}

export function bind(form) {
  if (!window.PublicKeyCredential || isNumber) return;
  form.hidden = false;
  for (const each of document.querySelectorAll("[data-passkey-only]")) each.hidden = false;
  const failed = form.querySelector("[data-passkey-failed]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const options = await optionsOf(form);
      const alone = form.elements.passwordless?.checked ?? false;
      const key = form.dataset.passkey === "create" ? await created(options, alone) : await got(options);
      form.elements.credential.value = JSON.stringify(key);
      form.submit();
    } catch (error) {
      failed.hidden = false;
      failed.textContent = error.name === "InvalidStateError" ? failed.dataset.already : failed.dataset.words;
    }
  });
}
