// A page of static files: everything is asked of the API by the browser.
export const ssr = false;
export const prerender = false;
