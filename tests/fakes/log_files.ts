/**
 * A file system in memory that fails when a test says so.
 *
 * @module
 */

import type {
  LogFiles,
  LogFileStat,
  OpenLogFile,
} from "../../src/log/rotate/files.ts";

/** An operation that can be made to fail. */
export type Operation =
  | "open"
  | "write"
  | "stat"
  | "read"
  | "rename"
  | "truncate"
  | "close";

interface Node {
  readonly ino: number;
  readonly isFile: boolean;
  bytes: Uint8Array;
  names: number;
  mtime: number;
}

/** Files in memory. A path is a name like any other; its folder is what stands before the last slash. */
export class FakeLogFiles implements LogFiles {
  /** Bytes that fit on the disk. */
  capacity = Infinity;
  /** Most bytes that one write takes. */
  longestWrite = Infinity;
  /** Is asked before each operation; the error it returns is thrown. */
  fault: (operation: Operation, path: string) => Error | null = () => null;
  /** Folders that exist. */
  readonly folders: Set<string>;
  /** Number of files that are open. */
  openFiles = 0;
  #nodes = new Map<string, Node>();
  #orphans = new Set<Node>();
  #nextIno = 1;

  /** Makes a file system with one folder. */
  constructor(folder = "/s") {
    this.folders = new Set([folder]);
  }

  /** Names of the files, sorted. */
  get names(): string[] {
    return [...this.#nodes.keys()].sort();
  }

  /** The text of a file, which must exist. */
  text(path: string): string {
    const node = this.#nodes.get(path);
    if (node === undefined) throw new Deno.errors.NotFound(path);
    return new TextDecoder().decode(node.bytes);
  }

  /** Size of a file in bytes. */
  size(path: string): number {
    return this.#nodes.get(path)?.bytes.length ?? 0;
  }

  /** Puts a new file in place, as another program would. */
  put(path: string, text: string, mtime = 0): void {
    this.remove(path);
    const node = this.#make(true);
    node.bytes = new TextEncoder().encode(text);
    node.mtime = mtime;
    this.#nodes.set(path, node);
  }

  /** Puts a folder where a file should go. */
  putFolder(path: string): void {
    this.#nodes.set(path, this.#make(false));
  }

  /** Takes a name away, as `rm` does; the file lives on as long as it is open. */
  remove(path: string): void {
    const node = this.#nodes.get(path);
    if (node === undefined) return;
    node.names--;
    this.#nodes.delete(path);
    this.#orphans.add(node);
  }

  /** Takes a folder away with all that is in it. */
  removeFolder(folder: string): void {
    this.folders.delete(folder);
    for (const path of this.names) {
      if (folderOf(path) === folder) this.remove(path);
    }
  }

  /** Gives a folder another name. */
  renameFolder(from: string, to: string): void {
    this.folders.delete(from);
    this.folders.add(to);
    for (const [path, node] of [...this.#nodes]) {
      if (folderOf(path) !== from) continue;
      this.#nodes.delete(path);
      this.#nodes.set(to + path.slice(from.length), node);
    }
  }

  /** See {@linkcode LogFiles.open}. */
  open(path: string): OpenLogFile {
    this.#check("open", path);
    if (!this.folders.has(folderOf(path))) {
      throw new Deno.errors.NotFound(`No such file or directory, ${path}`);
    }
    let node = this.#nodes.get(path);
    if (node?.isFile === false) throw new Error("Is a directory");
    if (node === undefined) {
      node = this.#make(true);
      this.#nodes.set(path, node);
    }
    this.openFiles++;
    return this.#opened(node, path);
  }

  /** See {@linkcode LogFiles.stat}. */
  stat(path: string): LogFileStat | null {
    this.#check("stat", path);
    const node = this.#nodes.get(path);
    return node === undefined ? null : statOf(node);
  }

  /** See {@linkcode LogFiles.read}. */
  read(path: string, offset: number, length: number): Uint8Array {
    this.#check("read", path);
    const node = this.#nodes.get(path);
    if (node === undefined) throw new Deno.errors.NotFound(path);
    return node.bytes.slice(offset, offset + length);
  }

  /** See {@linkcode LogFiles.rename}. */
  rename(from: string, to: string): void {
    this.#check("rename", from);
    const node = this.#nodes.get(from);
    if (node === undefined) throw new Deno.errors.NotFound(from);
    if (this.#nodes.get(to)?.isFile === false) throw new Error("Is a folder");
    this.remove(to);
    this.#nodes.delete(from);
    this.#nodes.set(to, node);
  }

  #opened(node: Node, path: string): OpenLogFile {
    let isOpen = true;
    const use = (operation: Operation) => {
      if (!isOpen) throw new Deno.errors.BadResource("Bad resource ID");
      this.#check(operation, path);
    };
    return {
      write: (bytes) => {
        use("write");
        const room = this.capacity - this.#used();
        const count = Math.min(bytes.length, room, this.longestWrite);
        if (count <= 0) {
          throw new Error("No space left on device (os error 28)");
        }
        const joined = new Uint8Array(node.bytes.length + count);
        joined.set(node.bytes);
        joined.set(bytes.subarray(0, count), node.bytes.length);
        node.bytes = joined;
        return count;
      },
      stat: () => {
        use("stat");
        return statOf(node);
      },
      truncate: (size = 0) => {
        use("truncate");
        node.bytes = node.bytes.slice(0, size);
      },
      close: () => {
        use("close");
        isOpen = false;
        this.openFiles--;
      },
    };
  }

  #make(isFile: boolean): Node {
    return {
      ino: this.#nextIno++,
      isFile,
      bytes: new Uint8Array(0),
      names: 1,
      mtime: 0,
    };
  }

  #used(): number {
    let used = 0;
    for (const node of this.#nodes.values()) used += node.bytes.length;
    return used;
  }

  #check(operation: Operation, path: string): void {
    const error = this.fault(operation, path);
    if (error !== null) throw error;
  }
}

function statOf({ ino, isFile, bytes, names, mtime }: Node): LogFileStat {
  return { isFile, size: bytes.length, mtime, dev: 1, ino, nlink: names };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
