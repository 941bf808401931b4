import CPlatform
import Glibc
import Support

/// Opens a page with the program that the desktop has for it, and does not wait for it.
///
/// - Throws: `FileError` if there is no such program.
func openInBrowser(_ page: String) throws(FileError) {
  let program = "xdg-open"
  var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(page), nil]
  defer { for argument in arguments { free(argument) } }
  var process: pid_t = 0
  let status = posix_spawnp(&process, program, nil, nil, &arguments, process_environment())
  guard status == 0 else {
    throw FileError(page, "cannot open it with \(program): \(String(cString: strerror(status)))")
  }
}
