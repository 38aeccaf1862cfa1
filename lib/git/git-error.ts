/** Why a repository could not be read; `message` is shown to people and names the fix. */
export class GitError extends Error {
  override readonly name = 'GitError';
  /** True when the local copy is damaged or locked by a run that died: a new copy helps. */
  readonly damaged: boolean;
  constructor(message: string, options: { damaged?: boolean } = {}) {
    super(message);
    this.damaged = options.damaged ?? false;
  }
}

/** What the git program complained about, as a sentence with a fix. What a remote wrote is cut and cleaned first. */
export const explainGit = (complaint: string): GitError => {
  const known = KNOWN.find(([shape]) => shape.test(complaint));
  if (known) return new GitError(known[1]);
  return new GitError(`git could not read the repository: ${lastLine(complaint)}`, {
    damaged: DAMAGE.test(complaint),
  });
};

const KNOWN: readonly [shape: RegExp, sentence: string][] = [
  [
    /could not read (?:Username|Password)|Authentication failed|HTTP (?:Basic: Access denied|401)|error: 40[13]\b/i,
    'The host asks for credentials: give the repository an access token that may read it, or check the one it has.',
  ],
  [/redirect/i, 'The host answers with a redirect: use the address that it leads to.'],
  [
    /repository .*not found|error: 404\b/i,
    'There is no repository at this address: check its owner and name.',
  ],
  [
    /SSL|certificate/i,
    'The certificate of the host cannot be verified: check the address, or its certificate.',
  ],
  [
    /Could not resolve host|Failed to connect|Connection (?:refused|reset|timed out)|Couldn't connect|too slow|Operation too slow/i,
    'The host does not answer: check the address and whether this server may reach it.',
  ],
  [
    /does not appear to be a git repository|not a git repository: '(?!\/dev)/i,
    'There is no Git repository at this path: name the folder that holds .git, or a bare repository.',
  ],
  [
    /dubious ownership/i,
    'The repository belongs to another user: let the user of this server own or read it.',
  ],
  [/No space left on device/i, 'The disk that holds the data directory is full: make room.'],
];

const DAMAGE =
  /\.lock'?: File exists|corrupt|bad object|did not send all necessary objects|shallow file|missing (?:blob|tree|commit)|unable to read (?:tree|sha1)|loose object/i;

const lastLine = (text: string): string => {
  const line =
    text
      .split('\n')
      .map((part) => part.trim())
      .filter(Boolean)
      .at(-1) ?? 'it gave no reason';
  return line
    .replace(/(?<=:\/\/)[^\s/@]+@/g, '')
    .replace(/[^\x20-\x7e]/g, '?')
    .slice(0, 300);
};
