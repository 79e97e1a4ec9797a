/**
 * A mail server that keeps what it gets.
 *
 * @module
 */

/** A mail as it came. */
export interface Mail {
  /** The addresses of the envelope. */
  readonly to: readonly string[];
  /** Head and body, with line feeds. */
  readonly text: string;
}

/** A server on a port of this machine; disposing of it ends it. */
export class SmtpServer implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  /** The mails so far. */
  readonly mails: Mail[] = [];

  /** Starts to listen. */
  constructor() {
    void this.#serve();
  }

  /** Its port. */
  get port(): number {
    return this.#listener.addr.port;
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      void this.#talk(connection);
    }
  }

  async #talk(connection: Deno.Conn): Promise<void> {
    using _connection = connection;
    const say = (line: string) =>
      connection.write(new TextEncoder().encode(`${line}\r\n`));
    await say("220 test");
    let rest = "";
    let to: string[] = [];
    let data: string[] | null = null;
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const count = await connection.read(buffer);
      if (count === null) return;
      const lines = (rest + decoder.decode(buffer.subarray(0, count)))
        .split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (data !== null && line !== ".") data.push(line);
        else if (data !== null) {
          this.mails.push({ to, text: data.join("\n") });
          [data, to] = [null, []];
          await say("250 kept");
        } else if (line === "DATA") {
          data = [];
          await say("354 go");
        } else if (line === "QUIT") {
          await say("221 bye");
          return;
        } else {
          const [, address] = /^RCPT TO:<(.*)>/.exec(line) ?? [];
          if (address !== undefined) to.push(address);
          await say("250 ok");
        }
      }
    }
  }
}
