// An OpenID provider for the test of sign-in: `oidc-provider` of npm, from the folder CAIRN_OIDC_PROVIDER.
// Its development pages take any name and password; `hanna` belongs to the group of heads, others to none.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { createServer } from "node:http";

const [folder, node] = process.argv.slice(2);
const path = createRequire(folder + "/x.js").resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(path));
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "cairn", client_secret: "a secret / with signs", redirect_uris: [`${node}/sign-in/provider/back`],
      post_logout_redirect_uris: [`${node}/sign-in`], response_types: ["code"], grant_types: ["authorization_code"],
    }],
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "groups"] },
    findAccount: (context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, name: `${id} of the institution`, preferred_username: id, groups: id === "hanna" ? ["staff", "heads"] : ["staff"] }),
    }),
    pkce: { required: () => true },
    cookies: { keys: ["of the test"] },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
