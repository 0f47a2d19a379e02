#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/assess_worker.h"
#include "broker/descriptor_io.h"

namespace cairn::broker {
namespace {

// One end of a pipe; closed with the object.
class PipeEnd {
 public:
  explicit PipeEnd(int descriptor = -1) : descriptor_(descriptor) {}
  ~PipeEnd() { Close(); }
  PipeEnd(PipeEnd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  PipeEnd& operator=(PipeEnd&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  int get() const { return descriptor_; }
  void Close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_;
};

struct Pipe {
  PipeEnd read;
  PipeEnd write;
};

absl::StatusOr<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return absl::InternalError(absl::StrCat("pipe: ", std::generic_category().message(errno)));
  }
  return Pipe{PipeEnd(ends[0]), PipeEnd(ends[1])};
}

absl::StatusOr<pid_t> Spawn(const std::string& program, const Pipe& input, const Pipe& output,
                            const Pipe& passphrase) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output.write.get(), STDOUT_FILENO);
  // dup2 onto itself would leave close-on-exec set; the pipes were made above descriptor 3.
  posix_spawn_file_actions_adddup2(&actions, passphrase.read.get(), 3);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  std::string name = "assess-worker";
  const std::array<char*, 3> arguments = {const_cast<char*>(program.c_str()), name.data(), nullptr};
  std::string locale = "LC_ALL=C";  // And nothing else of the broker's environment.
  const std::array<char*, 2> environment = {locale.data(), nullptr};
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments.data(),
                                  environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (error == 0) return pid;
  return absl::InternalError(
      absl::StrCat("cannot start ", program, ": ", std::generic_category().message(error)));
}

// Reads until the child closes its end or the time is up.
absl::StatusOr<std::string> ReadInTime(int descriptor, std::chrono::steady_clock::time_point end) {
  std::string bytes;
  std::string piece(std::size_t{64} * 1024, '\0');
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return absl::DeadlineExceededError("the assessment took too long");
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno != EINTR) return absl::InternalError("poll");
    if (ready <= 0) continue;
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return absl::InternalError("reading the assessment's result");
    if (got == 0) return bytes;
    bytes.append(piece, 0, static_cast<std::size_t>(got));
    if (bytes.size() > kMaxWorkBytes) {
      return absl::ResourceExhaustedError("the assessment's result is too large");
    }
  }
}

absl::StatusOr<v1::AssessWorkResult> Judge(const absl::StatusOr<std::string>& output, int ended) {
  if (!output.ok()) return output.status();
  if (WIFSIGNALED(ended)) {
    return absl::InternalError(absl::StrCat("the assessment's process was ended by signal ",
                                            WTERMSIG(ended),
                                            ": over its limit of time or memory, or a bug"));
  }
  v1::AssessWorkResult result;
  if (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0 || !result.ParseFromString(*output)) {
    return absl::InternalError("the assessment's process ended without a result");
  }
  if (result.error_code() == 0) return result;
  return absl::Status(static_cast<absl::StatusCode>(result.error_code()), result.error());
}

}  // namespace

absl::StatusOr<v1::AssessWorkResult> RunAssessWorker(const std::string& program,
                                                     const v1::AssessWork& work,
                                                     const keys::SecretBytes& passphrase,
                                                     std::uint64_t seconds) {
  absl::StatusOr<Pipe> input = MakePipe();
  absl::StatusOr<Pipe> output = MakePipe();
  absl::StatusOr<Pipe> secret = MakePipe();
  for (const absl::Status& made : {input.status(), output.status(), secret.status()}) {
    if (!made.ok()) return made;
  }
  const absl::StatusOr<pid_t> pid = Spawn(program, *input, *output, *secret);
  if (!pid.ok()) return pid.status();
  input->read.Close();
  output->write.Close();
  secret->read.Close();
  // A passphrase is smaller than a pipe's buffer; the work may not be, so it is written while the
  // result is read. SIGPIPE is ignored in a broker: a child that has ended is an error of a write.
  const absl::Status told = WriteToEnd(secret->write.get(), keys::AsText(passphrase.View()));
  secret->write.Close();
  const std::string bytes = work.SerializeAsString();
  std::thread writer([&] {
    if (told.ok()) (void)WriteToEnd(input->write.get(), bytes);
    input->write.Close();
  });
  const absl::StatusOr<std::string> result = ReadInTime(
      output->read.get(), std::chrono::steady_clock::now() + std::chrono::seconds(seconds));
  if (!result.ok()) ::kill(*pid, SIGKILL);
  writer.join();
  int ended = 0;
  while (::waitpid(*pid, &ended, 0) < 0 && errno == EINTR) {
  }
  return Judge(result, ended);
}

}  // namespace cairn::broker
