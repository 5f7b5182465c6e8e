// Tells the page around a frame how it ended. Nothing of it is secret, and who stands around is not known: hence any origin.
(() => {
  const { status, entity, link, reason } = document.currentScript.dataset;
  const payload = { linkId: link };
  if (status === "success") payload.entityId = entity;
  if (status === "error") payload.reason = reason;
  if (window.parent !== window) window.parent.postMessage({ type: "finbox-bankconnect", status, payload }, "*");
})();
