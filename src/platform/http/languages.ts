/** The code of a language, such as `es` or `pt-br`, in lower case. */
export const LANGUAGE = /^[a-z]{2,3}(-[a-z\d]{2,8})?$/;
