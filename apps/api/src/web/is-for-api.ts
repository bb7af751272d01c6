// Whether a request is the API's to answer, or the web app's. Everything but reading is the API's: it knows how to refuse.

export const isForApi = (request: Request): boolean => {
  const { pathname } = new URL(request.url)
  return isApiPath(pathname) || !['GET', 'HEAD'].includes(request.method)
}

const isApiPath = (path: string): boolean => /^\/(api|docs|metrics|openapi\.json)(\/|$)/.test(path)
