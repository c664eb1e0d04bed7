// A real OpenID Connect provider, for the test of signing in through one: node-oidc-provider, which is certified.
// Its people are given on the command line as JSON; it prints the port that it listens on.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { people, backTo } = JSON.parse(process.argv[2]);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const port = server.address().port;
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{ client_id: "dondoc", client_secret: "a-secret-of-the-test-at-least-32-characters", redirect_uris: [backTo] }],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    conformIdTokenClaims: process.argv[3] !== "in-token",
    pkce: { required: () => true },
    cookies: { keys: ["only for a test"] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id] }) }),
  });
  server.on("request", provider.callback());
  console.log(port);
});
