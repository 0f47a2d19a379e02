#include "audit/page/frame.h"

#include "audit/completeness/engine.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::page {
namespace {

// Black on white, one column; a table row stays on one sheet of paper.
constexpr Markup kStyle = R"(<style>
body{font:15px/1.45 sans-serif;color:#111;background:#fff;margin:0 auto;max-width:72em;padding:0 1em 3em}
h1{font-size:1.5em}h2{font-size:1.25em;border-bottom:2px solid #111;margin-top:2em}h3{font-size:1.05em;margin:1.2em 0 .3em}
table{border-collapse:collapse;margin:.5em 0}th,td{border:1px solid #999;padding:.15em .5em;vertical-align:top;text-align:start}
th{background:#eee}td.n,th.n{text-align:end;font-variant-numeric:tabular-nums}tr{break-inside:avoid}
a{color:#036}code,.hash{font-family:monospace;font-size:.85em;overflow-wrap:anywhere}
.exercise{background:#ffd500;color:#000;border:3px solid #000;padding:.4em .8em;font-weight:bold;position:sticky;top:0}
.safe,.nothing{background:repeating-linear-gradient(45deg,#fff,#fff 6px,#ddd 6px,#ddd 9px)}
.safe{border:2px solid #111;padding:.4em .8em;font-weight:bold}.headline{font-size:1.15em}
.note{color:#444}.urgent{border:3px solid #b00000;padding:.2em .6em;font-weight:bold}.box{border:1px solid #999;padding:.4em .8em}
.record{border-top:1px solid #999;margin-top:1.5em;break-inside:auto}.mark{font-size:.8em;border:1px solid #000;padding:0 .3em}
svg{width:100%;height:auto;border:1px solid #999}svg .area{fill:none;stroke:#555;stroke-width:14}
svg .some{fill:#f6f6f6;stroke:#555;stroke-width:14}svg .field{fill:#f4a718;fill-opacity:.5;stroke:#b00000;stroke-width:12;stroke-dasharray:36 18}
svg .point{fill:#b00000;fill-opacity:.8}.sheet{break-after:page;border-top:3px solid #111;margin-top:2em}
.sheet svg{max-width:34em}svg text{font:220px sans-serif}svg .scale{stroke:#000;stroke-width:30}
.key{display:inline-block;width:2.4em;height:1em;border:1px solid #555;vertical-align:middle;margin-inline-end:.5em}
.key-field{background:#f9d38b;border:2px dashed #b00000}.key-point{background:#b00000;width:.7em;height:.7em;border-radius:50%;margin-inline:.85em 1.35em}
.key-some{background:#f6f6f6}ul.legend{list-style:none;padding:0}
@media print{body{font-size:10pt;max-width:none}a{color:#000;text-decoration:none}.exercise{position:static}h2{break-after:avoid}h3{break-after:avoid}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
</style>
)"_m;

}  // namespace

void OpenPage(const v1::Report& report, const Messages& m, absl::string_view title_key,
              Html& html) {
  html << "<!DOCTYPE html>\n<html lang=\""_m << m.language() << "\" dir=\""_m << m.Text("direction")
       << "\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
          "style-src 'unsafe-inline'\">\n"
          "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"_m;
  if (report.exercise()) html << m.Text("exercise.short") << " · "_m;
  html << m.Text(title_key) << "</title>\n"_m << kStyle << "</head>\n<body id=\"top\">\n"_m;
  if (report.exercise()) html << "<p class=\"exercise\">"_m << m.Text("exercise") << "</p>\n"_m;
  html << "<h1>"_m << m.Text(title_key) << "</h1>\n"_m;
  if (m.unreviewed()) {
    html << "<p class=\"box\">"_m << m.Text("translation.unreviewed") << "</p>\n"_m;
  }
}

void WriteFrameNotes(const Messages& m, bool coordinates, absl::string_view report_sha256,
                     Html& html) {
  html << "<p class=\"safe\">"_m << m.Text("blank") << "</p>\n<p>"_m << m.Text("neutral") << " "_m
       << m.Text(coordinates ? "edition.map" : "edition.plain") << "</p>\n<p>"_m
       << m.Text("rendering") << " <code>"_m << report_sha256 << "</code></p>\n"_m;
}

void ClosePage(Html& html) { html << "</body>\n</html>\n"_m; }

void WriteTableHead(const Messages& m, std::initializer_list<absl::string_view> keys, Html& html) {
  html << "<table>\n<tr>"_m;
  for (const absl::string_view key : keys) html << "<th>"_m << m.Text(key) << "</th>"_m;
  html << "</tr>\n"_m;
}

absl::StatusOr<std::string> ReportSha256(const v1::Report& report) {
  const absl::StatusOr<keys::Bytes> bytes = completeness::ReportBytes(report);
  if (!bytes.ok()) return bytes.status();
  return keys::Sha256(keys::AsBytes(*bytes)).Hex();
}

std::string ParagraphOf(const completeness::Rules& rules, const v1::CheckResult& one) {
  if (!one.field().empty()) {
    const v1::FieldRule* rule = rules.Field(completeness::FieldNumber(one.field()));
    if (rule != nullptr) return rule->paragraph();
  }
  const v1::CheckRule* rule = rules.FindCheck(one.check());
  return rule == nullptr ? "" : rule->paragraph();
}

}  // namespace cairn::page
