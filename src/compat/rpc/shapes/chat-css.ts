/** The colours of the chat as a style sheet, by the names of classes that the chat of Support Board has. */
export function chatCss([first = '', second = '', third = '']: string[]): string {
  return [
    `:root { --color-1: ${first}; --color-2: ${second}; --color-3: ${third}; }`,
    `.sb-chat-btn, .sb-chat .sb-header, .sb-btn { background-color: ${first}; }`,
    `.sb-chat-btn:hover, .sb-btn:hover { background-color: ${second}; }`,
    `.sb-list > div.sb-right { background-color: ${third}; }`,
    `.sb-chat a { color: ${first}; }`,
  ].join('\n');
}
