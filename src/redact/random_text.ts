/**
 * Tells a random text, such as a token, from a name that a person chose.
 *
 * @module
 */

/** Words in the paths of cameras and stream servers. */
const COMMON: ReadonlySet<string> = new Set(
  ("aac ac ac3 adts api app au audio av avc backup bcs bin c cam camera ch chan " +
    "channel channels cgi dash default demo eac enc flac flv fm front back h hd " +
    "hevc high hls http ip ipcam kbps kbit khz k l left live local low m main " +
    "master media mic mjpeg mono mount mp mpa mpeg mpd mpg mux my net ogg opus " +
    "play player playlist pls preview primary profile ptz q radio realmonitor " +
    "rec record right rtc rtmp rtp rtsp s sample sd sdp seg segment session " +
    "source srt sound station stereo stream streaming streams studio sub test " +
    "tone track tracks ts tv udp unicast v video view vod wav web webm world")
    .split(" "),
);

/** The most frequent pairs of letters in English and its neighbours. */
const PAIRS: ReadonlySet<string> = new Set(
  ("th he in er an re nd at on nt ha es st en ed to it ou ea hi is or ti as te " +
    "et ng of al de se le sa si ar ve ra ld ur ic io ne me li ro ri co ce ta ch " +
    "us om ec ma ei ie il la el no so lo ca di tr pe ho ac mo ai un ow ad ee oo " +
    "ss rs ll ut am em pa ge ol ma na ir do sh ow ke ey ni we be ck im id po vi " +
    "go wi su mi fo ag ig ot os op ab ay tu ts ns ct rd rt rm rk up ub ap ep ev " +
    "bo ba bu br da gr gh ht pr pl sp sc fr fi fl cr cl tt pp ff mm nn ex wo oh hn " +
    "nz zi zw zu hr uh ah eh kt")
    .split(
      " ",
    ),
);

/** Fewest characters outside words and numbers that make a text random. */
const FEWEST = 10;

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
const HEX = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{16,}$/i;
/** Stream keys of large platforms: `a1b2-c3d4-e5f6-g7h8`. */
const GROUPS = /^(?:[a-z0-9]{4}-){3,}[a-z0-9]{4}$/i;
const PIECES = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;

/**
 * Returns whether a text was most likely made by a program to be unguessable.
 *
 * @param text A segment of a path or a value, decoded and without extension.
 */
export function looksRandom(text: string): boolean {
  if (text.length < FEWEST) return false;
  if (UUID.test(text)) return true;
  if (GROUPS.test(text)) {
    return text.split("-").filter((group) => !isWord(group)).length > 2 &&
      /[a-z]/i.test(text);
  }
  return text.split(/[^A-Za-z0-9]+/).some(isRandomRun);
}

/**
 * Returns whether a name consists of words common in the paths of stream
 * servers and of numbers, such as `cam1` or `h264Preview_01_main`.
 *
 * @param text A segment of a path.
 */
export function isCommonName(text: string): boolean {
  const letters = piecesOf(text).filter((piece) => /\D/.test(piece));
  return !/[^\w.~-]/.test(text) && letters.filter(isOneLetter).length <= 3 &&
    letters.every((piece) => COMMON.has(piece.toLowerCase()));
}

function isRandomRun(run: string): boolean {
  if (run.length < FEWEST || isCommonName(run)) return false;
  if (HEX.test(run)) return true;
  const strange = piecesOf(run).filter((piece) => !isKnown(piece));
  const rest = strange.join("");
  if (rest.length < FEWEST || rest.length * 2 < run.length) return false;
  const kinds = [/\d/, /[a-z]/, /[A-Z]/].filter((kind) => kind.test(rest));
  return kinds.length > 1 || strange.some((piece) => piece.length >= 12);
}

function piecesOf(text: string): readonly string[] {
  return text.match(PIECES) ?? [];
}

function isOneLetter(piece: string): boolean {
  return piece.length === 1;
}

/** Whether a piece is a word, or a number such as a year, a date or a port. */
function isKnown(piece: string): boolean {
  return /^\d{4,}$/.test(piece) || isWord(piece);
}

function isWord(piece: string): boolean {
  const word = piece.toLowerCase();
  if (COMMON.has(word)) return word.length > 1;
  if (word.length < 4 || /\d/.test(word)) return false;
  let common = 0;
  for (let at = 1; at < word.length; at++) {
    if (PAIRS.has(word.slice(at - 1, at + 1))) common++;
  }
  return common * 2 >= word.length - 1;
}
