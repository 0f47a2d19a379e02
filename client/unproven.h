// Where contents lie that nobody has proven yet: opened, perhaps half, and secret.
#ifndef CAIRN_CLIENT_UNPROVEN_H_
#define CAIRN_CLIENT_UNPROVEN_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/home.h"

namespace cairn::client {

// What did not prove to match is never left under the name asked for: it is written into a new
// private folder beside it, OUT.opening-XXXXXX, which goes with this object unless Keep moved its
// contents into place. The folder holds a lock for as long as this lives, and the home's folder
// `opening` says where it is: so the next one finds what a killed process has left.
class Unproven {
 public:
  // kAlreadyExists: there is something at `out`. kUnavailable: the folder cannot be made.
  static absl::StatusOr<std::unique_ptr<Unproven>> Beside(const Home& home, std::string out);
  ~Unproven();
  Unproven(const Unproven&) = delete;
  Unproven& operator=(const Unproven&) = delete;

  // Not there yet: the writers make it.
  std::string Contents() const { return folder_ + "/contents"; }
  const std::string& out() const { return out_; }

  // Moves the contents to `out`. kUnavailable; kAlreadyExists: something came there meanwhile.
  absl::Status Keep();

 private:
  Unproven(std::string out, std::string folder, std::string note, FileLock lock)
      : out_(std::move(out)),
        folder_(std::move(folder)),
        note_(std::move(note)),
        lock_(std::move(lock)) {}
  std::string out_, folder_, note_;
  FileLock lock_;
};

// Removes what processes that are gone have left of Unproven folders of this home, and says what:
// one sentence each. A folder in use stays; so does one that no longer looks like such a folder,
// with a sentence. Errors of listing the home.
absl::StatusOr<std::vector<std::string>> RemoveLeftovers(const Home& home);

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_UNPROVEN_H_
