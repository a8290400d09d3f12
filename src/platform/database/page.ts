/** Which part of a list; `page` begins at 1. */
export interface Page {
  page: number;
  perPage: number;
}

export function offsetOf({ page, perPage }: Page): number {
  return (page - 1) * perPage;
}

/** The head of every paged answer, as JSON text without its closing brace: the list follows. */
export function pageHead(total: number, { page, perPage }: Page): string {
  return `{"total":${total},"current_page":${page},"per_page":${perPage},"total_pages":${Math.ceil(total / perPage)}`;
}
