// The contents of an opened package as files that people can use without Cairn.
//
//   header.json, manifest.json     what the package says about itself
//   records.csv                    every field of every record (audit/record/records_csv.h)
//   records.jsonl                  one record a line, as JSON
//   supplements.jsonl              likewise, if there are any
//   attachments/<sha256>           scans
//   persons/...                    the same of the persons' file, if it was opened
#ifndef CAIRN_CLIENT_PACKAGE_MEMBERS_H_
#define CAIRN_CLIENT_PACKAGE_MEMBERS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/record/commitment.h"
#include "audit/record/package_reader.h"

namespace cairn::client {

// Writes what the callbacks give into a new folder. Not thread-safe.
class MemberWriter {
 public:
  // Makes the folder. kAlreadyExists: there is something of that name.
  static absl::StatusOr<std::unique_ptr<MemberWriter>> Create(const std::string& folder,
                                                              record::PackageFile file);
  ~MemberWriter();

  // For record::ReadPackage or CheckOpening; valid as long as this.
  record::PackageCallbacks Callbacks();
  // Ends the files, once the package was read to its end.
  absl::Status Finish(const record::ReadPackageResult& read);

 private:
  struct State;
  explicit MemberWriter(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_PACKAGE_MEMBERS_H_
