// Receives real webhooks of a development server and verifies each with the public library; prints them, a line of JSON each,
// for whoever verifies them in another language.
import http from "node:http";
import { Webhook } from "standardwebhooks";

const base = process.argv[2];
const customers = Number(process.argv[3] ?? 20);
const received = [];
let wake = () => {};

const receiver = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => name.startsWith("webhook-")));
    received.push({ headers, body: Buffer.concat(chunks).toString() });
    response.writeHead(204).end();
    wake();
  });
});
await new Promise((done) => receiver.listen(0, "127.0.0.1", done));

async function post(path, body) {
  const headers = { "content-type": "application/json", "x-api-key": "dev-acme-server-key" };
  const answer = await fetch(base + path, { method: "POST", headers, body: JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(json)}`);
  return json;
}

const { webhook, secret } = await post("/v1/webhooks", { url: `http://127.0.0.1:${receiver.address().port}/` });
const run = Date.now();
for (let number = 0; number < customers; number += 1) {
  await post("/v1/user/create", { customerID: `hook-${run}-${number}`, mobile: "9999999999" });
}
const late = setTimeout(() => {
  throw new Error(`only ${received.length} of ${customers + 1} messages came`);
}, 30_000);
while (received.length < customers + 1) await new Promise((done) => (wake = done));
clearTimeout(late);
receiver.close();
receiver.closeAllConnections();
await post(`/v1/webhooks/${webhook.webhookID}/delete`, {});

const library = new Webhook(secret);
const refused = (what, body, headers, other = library) => {
  try {
    other.verify(body, headers);
  } catch {
    return;
  }
  throw new Error(`the library accepts ${what}`);
};
for (const { headers, body } of received) {
  library.verify(body, headers);
  refused("a changed body", body.replace("{", "{ "), headers);
  refused("an old timestamp", body, { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 301) });
  refused("a foreign secret", body, headers, new Webhook(`whsec_${Buffer.alloc(32, 1).toString("base64")}`));
  console.log(JSON.stringify({ secret, headers, body }));
}
console.error(`JavaScript: ${received.length} messages verified`);
