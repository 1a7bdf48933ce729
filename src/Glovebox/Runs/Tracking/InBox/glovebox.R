# What an R script says to Glovebox while it runs: glovebox::log(loss = 0.3, step = 1), glovebox::params(lr = 0.1),
# glovebox::config(model = "lm"), glovebox::artifact("model.rds"). R reads this file at start (R_PROFILE), and after it the profile
# that it would have read. Outside a box: source("glovebox.R"), which `glovebox helper r` prints; it needs R's base alone.
# Invisible, because R prints what a profile gives.
invisible(local({
  own <- Sys.getenv("GLOVEBOX_R_PROFILE", file.path(R.home("etc"), "Rprofile.site"))
  if (nzchar(Sys.getenv("R_PROFILE")) && file.exists(own)) source(own, local = globalenv())

  text <- function(x) {
    x <- gsub("[[:cntrl:]]", " ", gsub("\"", "\\\\\"", gsub("\\\\", "\\\\\\\\", enc2utf8(as.character(x)))))
    paste0("\"", x, "\"")
  }
  value <- function(x) {
    x <- x[[1]]
    if (is.null(x) || (is.na(x) && !is.nan(x))) return("null")
    if (is.logical(x)) return(if (x) "true" else "false")
    if (!is.numeric(x)) return(text(x))
    if (is.nan(x)) return("\"NaN\"")
    if (is.infinite(x)) return(if (x > 0) "\"Infinity\"" else "\"-Infinity\"")
    format(x, digits = 17, scientific = NA, trim = TRUE)
  }
  object <- function(values) paste0("{", paste0(text(names(values)), ":", vapply(values, value, ""), collapse = ","), "}")
  append <- function(line) {
    folder <- Sys.getenv("GLOVEBOX_TRACKING")
    if (nzchar(folder)) try(cat(line, "\n", sep = "", file = file.path(folder, "log.jsonl"), append = TRUE), silent = TRUE)
    invisible()
  }
  log <- function(..., step = NULL) {
    at <- if (is.null(step)) "" else paste0(",\"step\":", value(step))
    append(paste0("{\"time\":", format(as.numeric(Sys.time()) * 1000, digits = 15, nsmall = 0, scientific = FALSE), ",\"metrics\":", object(list(...)), at, "}"))
  }
  config <- function(...) append(paste0("{\"config\":", object(list(...)), "}"))
  artifact <- function(path) {
    if (!file.exists(path)) stop("glovebox::artifact: ", path, " is not there")
    append(paste0("{\"artifact\":", text(normalizePath(path)), "}"))
    invisible(path)
  }
  # Scalars by name; R's base reads no JSON, and nothing may have to be installed, so nested values stay text.
  params <- function(...) {
    values <- list(...)
    for (line in strsplit(Sys.getenv("GLOVEBOX_PARAM_LINES"), "\n", fixed = TRUE)[[1]]) {
      at <- regexpr("=", line, fixed = TRUE)
      if (at < 2) next
      values[[substr(line, 1, at - 1)]] <- utils::type.convert(substr(line, at + 1, nchar(line)), as.is = TRUE)
    }
    if (length(values)) do.call(config, values)
    values
  }

  # A namespace made by hand, so that glovebox::log is found with no package on the disk.
  space <- new.env(parent = .BaseNamespaceEnv)
  info <- new.env(parent = baseenv())
  assign(".__NAMESPACE__.", info, envir = space)
  assign(".packageName", "glovebox", envir = space)
  exports <- new.env(parent = baseenv())
  for (name in c("log", "config", "artifact", "params")) {
    assign(name, get(name), envir = space)
    assign(name, name, envir = exports)
  }
  assign("spec", c(name = "glovebox", version = "1.0"), envir = info)
  assign("exports", exports, envir = info)
  assign("imports", list(base = TRUE), envir = info)
  assign("lazydata", new.env(parent = baseenv()), envir = info)
  assign("path", tempdir(), envir = info)
  assign("dynlibs", NULL, envir = info)
  if (!"glovebox" %in% loadedNamespaces()) try(.Internal(registerNamespace("glovebox", space)), silent = TRUE)
}))
