"""What reading may find, assume or set aside: the sentence for each kind of note."""

from __future__ import annotations

from procmine.core.text.words import Words

NOTES: dict[str, Words] = {
    "file_encoding": Words("{file}：按 {encoding} 解码", "{file}: decoded as {encoding}"),
    "suffix": Words(
        "{file}：扩展名与内容不符，按内容（{container}）读取",
        "{file}: the suffix does not fit, read by content as {container}",
    ),
    "hidden_rows": Words(
        "{file}：工作表中有 {n} 行被隐藏（筛选或分组），已一并读取",
        "{file}: {n} rows are hidden (by a filter or a group); read like all others",
    ),
    "padded_numbers": Words(
        "{file}：{n} 个数字在表中以前导零显示（格式如 000），文件中存的是不带零的数字，按此读取",
        "{file}: {n} numbers are shown with leading zeros (a format such as 000) that are not stored; read without",
    ),
    "blank_rows": Words("{file}：跳过 {n} 个空行", "{file}: {n} blank rows skipped"),
    "unread_files": Words(
        "exports/ 里有 {n} 个文件没有被读取：{names}。要读取，让 project.yml 中的一个 path: 符合其文件名",
        "{n} files in exports/ are not read: {names}. To read them, let a path: in project.yml fit their names",
    ),
    "unread_members": Words(
        "{file}：压缩包里有 {n} 个文件没有被读取：{names}；要读取，让 members: 符合其文件名",
        "{file}: {n} files are not read: {names}; to read them, let members: fit their names",
    ),
    "renamed_columns": Words(
        "列名为空、重复或跨行，已改名：{columns}", "columns renamed, their name was empty, taken or broken: {columns}"
    ),
    "time_format": Words(
        "{column}：按“{format}”读取（例如 {example}）", "{column}: read as {format} (for example {example})"
    ),
    "zone_assumed": Words("{column}：没有时区信息，按 {zone} 理解", "{column}: no time zone given, read as {zone}"),
    "zone_given": Words("{column}：按文件中写明的时差换算", "{column}: converted by the offset written in the file"),
    "doubtful_times": Words(
        "{column}：{n} 个时间处在夏令时切换处（不存在或出现两次），按较早的时差换算",
        "{column}: {n} times at a clock change (missing or double), taken at the earlier offset",
    ),
    "ties": Words(
        "{n} 个事件与同一案例的前一事件时间相同，按{order}排序",
        "{n} events have the time of the one before in the same case, ordered by {order}",
    ),
    "start_after_end": Words("{n} 个事件的开始晚于完成，保留", "{n} events start after the end, kept"),
    "future": Words(
        "{n} 个事件晚于导入时刻，保留但不计入截止时间",
        "{n} events lie after the moment of import; kept, but not used as the cut-off",
    ),
    "duplicates": Words(
        "{n} 个事件与同一案例的前一事件完全相同，保留",
        "{n} events repeat the one before in the same case exactly, kept",
    ),
    "repeats": Words(
        "{path}：{n} 行与更早的文件重复（按键或整行比较），只计一次",
        "{path}: {n} rows repeat an earlier one (by key, or whole), counted once",
    ),
    "told_anew": Words(
        "{path}：较晚的文件重新给出了同一案例，较早文件的 {n} 个事件不再使用",
        "{path}: a later file tells the same cases anew, {n} events of earlier files are not used",
    ),
    "joined": Words(
        "{file}：按“{key}”关联，{n_all} 个案例中有 {n} 个没有对应的行",
        "{file}: joined by {key!r}, {n} of {n_all} cases have no row in it",
    ),
    "joined_people": Words(
        "{file}：{n_all} 个处理人中有 {n} 个不在其中", "{file}: {n} of {n_all} resources are not in it"
    ),
    "aliases_unused": Words(
        "activities: 中的这些名称在导出中没有出现：{names}",
        "names under activities: that the export never shows: {names}",
    ),
    "states_unused": Words(
        "states: 中的这些活动在导出中没有出现：{names}", "activities under states: that the export never shows: {names}"
    ),
    "states_absent": Words(
        "states: 中的这些属性在导出中没有，或在案例内会变化，未能使用：{names}",
        "attributes under states: that the export lacks or that change within a case, not used: {names}",
    ),
    "case_attributes": Words(
        "在每个案例内取值不变，作为案例属性：{columns}",
        "constant within every case, so attributes of the case: {columns}",
    ),
    "holidays_unpublished": Words(
        "{years} 年的法定假日与补班尚未公布，工作时间按尚不完整的假日推算",
        "the holidays and make-up workdays of {years} are not published, so working time there is provisional",
    ),
    "pauses_unused": Words(
        "pauses: 中的这些活动在导出中没有出现：{names}", "activities under pauses: that the export never shows: {names}"
    ),
    "countersign_unused": Words(
        "countersign: 中的这些活动在导出中没有出现：{names}",
        "activities under countersign: that the export never shows: {names}",
    ),
    "calendar_resources_unused": Words(
        "calendar: resources: 中的这些人在日志中没有出现，为其写的班次和缺勤不起作用：{names}",
        "people under calendar: resources: that the log never shows, so their hours and absences count for nothing: {names}",
    ),
    "calendar_groups_unused": Words(
        "calendar: groups: 中的这些部门在日志中没有出现，为其写的班次不起作用：{names}",
        "groups under calendar: groups: that the log never shows, so their hours count for nothing: {names}",
    ),
    "cost_roles_unused": Words(
        "people: cost_per_hour: 中的这些岗位在日志中没有出现，其成本不起作用：{names}",
        "roles under people: cost_per_hour: that the log never shows, so their cost counts for nothing: {names}",
    ),
    "system_actors_unused": Words(
        "system_actors: 中没有一个名称在日志中出现，所有事件都按由人办理计：{names}",
        "none of the names under system_actors: is in the log, so every event counts as done by a person: {names}",
    ),
    "lifecycle_paired": Words(
        "{n} 个活动实例由 start 与 complete 两个事件配对而成",
        "{n} activity instances paired from a start and a complete event",
    ),
    "lifecycle_other": Words(
        "{n} 个 {transition} 事件不是已完成的活动实例，未计入",
        "{n} events set aside, no completed activity instance ({transition})",
    ),
    "lifecycle_open": Words("{n} 个活动已开始但未完成，未计入", "{n} activities started and not completed, set aside"),
    "sheet": Words(
        "{file}：读取工作表“{sheet}”，其余：{others}", "{file}: sheet {sheet!r} read; other sheets: {others}"
    ),
    "spoilt_attributes": Words(
        "{file}：{n} 个属性没有键或值，已略去", "{file}: {n} attributes without a key or a value left out"
    ),
    "repeated_keys": Words(
        "{file}：{n} 个属性的键重复，保留第一个", "{file}: {n} attributes repeat a key; the first is kept"
    ),
    "stray_events": Words(
        "{file}：{n} 个事件不在任何案例内，已略去", "{file}: {n} events outside of any case left out"
    ),
    "unreadable_times": Words(
        "{column}：{n} 个值无法读取，按未填处理（例如 {example}）",
        "{column}: {n} values unreadable, treated as not given (for example {example})",
    ),
    "nested": Words("{file}：嵌套属性已展开为“上级.下级”", "{file}: nested attributes unfolded as parent.child"),
    "profile": Words("{file}：按“{title}”读取", "{file}: read as {title}"),
    "class_aside": Words(
        "{n} 行的动作属于“{action}”，不是活动，未计入", "{n} rows of the action {action!r} are no activities, set aside"
    ),
    "open_intervals": Words("{n} 行尚未完成，未计入", "{n} rows are not finished yet, set aside"),
    "no_pair": Words(
        "{n} 行既不是一段时间的开始也不是结束（按“{column}”），未计入",
        "{n} rows neither begin nor end a stretch of time (by {column}), set aside",
    ),
    "paired_rows": Words(
        "{n} 行是一段时间的结束，已并入其开始", "{n} rows end a stretch of time, joined to the row that began it"
    ),
    "not_kept": Words(
        "“{column}”为 {value} 的 {n} 行不是活动，未计入", "{n} rows with {column} {value} are no activities, set aside"
    ),
    "repeated_rows": Words(
        "{n} 行与前面的行重复（{columns} 相同），未计入", "{n} rows repeat an earlier {columns}, set aside"
    ),
    "double_rows": Words(
        "{n} 行与另一行（“{column}”为 {value}）说的是同一动作，未计入",
        "{n} rows tell the same act as one with {column} {value}, set aside",
    ),
    "unwatched": Words(
        "{n} 行是其他字段的变更（{names}），未计入", "{n} rows change other fields ({names}), set aside"
    ),
    "unchanged": Words("{n} 行没有改变所关注的值，未计入", "{n} rows change nothing that is watched, set aside"),
    "no_milestone": Words("{n} 行没有填写任何时间，未计入", "{n} rows give none of the times, set aside"),
    "empty_trail": Words(
        "{n} 行的审批记录为空，只保留发起事件", "{n} rows have an empty trail; only the start is kept"
    ),
    "no_trail": Words(
        "{n} 行没有审批记录，也没有发起时间，未计入", "{n} rows have neither a trail nor a start, set aside"
    ),
    "undecodable": Words(
        "{file}：{n} 处字节不能解码，按要求替换为“�”",
        "{file}: {n} places did not decode; replaced by �, as asked",
    ),
    "trail_cut": Words(
        "{n} 行的审批记录被 Excel 在 32,767 个字符处截断，其后的事件缺失",
        "{n} trails were cut by Excel at 32,767 characters; later events are missing",
    ),
    "ended_early": Words(
        "{n} 个案例在“{column}”之后还有记录，保留（例如 {example}）",
        "{n} cases have records after {column!r}, kept (for example {example})",
    ),
    "detail_rows": Words("{n} 行是同一案例的明细行，未计入", "{n} rows are details of a case told before, set aside"),
    "ids_cut": Words(
        "{column}：{n} 个 18 位编号按前 15 位与 15 位编号合并",
        "{column}: {n} ids of 18 characters joined with those of 15 by their first 15",
    ),
    "column_joined": Words("{n} 个同名列“{column}”合并为一列", "{n} columns called {column} joined into one"),
    "unnamed": Words(
        "{n} 行没有活动的名称，按编号命名；名称在系统的另一张表里，导出后在 sources: 中写 "
        "lookups: {{{lookup}: exports/<文件>}}",
        "{n} rows do not name their activity and are called by its number; the names are in another table of the "
        "system: export it and write lookups: {{{lookup}: exports/<file>}} under sources:",
    ),
    "or_else": Words(
        "{n} 行没有填写“{column}”，改用“{other}”", "{n} rows do not give {column!r}; {other!r} is taken instead"
    ),
    "lookup_missing": Words(
        "{column}：{n} 行的键在对照表中没有", "{column}: the keys of {n} rows are not in the lookup"
    ),
    "lookup_repeated": Words(
        "对照表中 {n} 个键有不同的名称，取第一个", "{n} keys of the lookup have several names; the first is taken"
    ),
    "case_without_records": Words("{file}：{n} 个案例没有记录", "{file}: {n} cases have no records"),
    "loops_invisible": Words(
        "这种导出每个阶段只有一个时间：回路与返工看不到",
        "this export has one time per stage: loops and rework are invisible",
    ),
    "no_history": Words(
        "这种导出不含变更历史，只能给出里程碑，不能给出路径",
        "this export holds no history: it can give milestones, not paths",
    ),
    "log_decides": Words(
        "操作者表不是审批日志：或签中未处理的人也有记录，结论以流转日志为准",
        "the operator table is no log: colleagues who did not act have rows as well; decisions stand in the request log",
    ),
    "history_deleted": Words(
        "有的应用在退回时删除历史记录，被删除的步骤看不到",
        "some applications delete history on a rollback; deleted steps are invisible",
    ),
    "metric_start": Words(
        "指标定义之前的状态没有记录", "nothing is recorded of the time before the metric was defined"
    ),
    "return_target": Words("退回到哪一步没有记录", "to which step a case was returned is not recorded"),
    "sheets_stacked": Words(
        "{file}：{n} 个工作表表头相同，合并读取：{sheets}",
        "{file}: {n} sheets with the same header read as one: {sheets}",
    ),
    "rows_above": Words(
        "{file}：跳过表头上方 {n} 行（{text}）", "{file}: {n} rows above the header passed over ({text})"
    ),
    "two_row_header": Words(
        "{file}：表头有两行，列名已合并为“上级.下级”", "{file}: a header of two rows, its names joined as group.name"
    ),
    "footer": Words("{file}：表尾 {n} 行不是数据，已略去（{text}）", "{file}: {n} rows of a footer left out ({text})"),
    "repeated_headers": Words("{file}：{n} 行重复的表头已略去", "{file}: {n} repetitions of the header left out"),
    "merged_cells": Words(
        "{file}：{n} 个空单元格取其合并区域的值", "{file}: {n} empty cells of a merged range took its value"
    ),
    "unwrapped": Words(
        '{file}：{n} 个单元格去掉了防止转换的符号（引号、="…"、制表符）',
        '{file}: {n} cells taken out of marks that keep them text (apostrophe, ="…", tab)',
    ),
    "page_encoding": Words(
        "{file}：网页声明的编码是 {declared}，内容是 {encoding}，按内容读取",
        "{file}: the page claims to be {declared} and is {encoding}; read by content",
    ),
    "other_tables": Words("{file}：网页中另有 {n} 个表格，未读取", "{file}: {n} other tables of the page are not read"),
    "nul_bytes": Words("{file}：删除 {n} 个 NUL 字节", "{file}: {n} NUL bytes removed"),
    "separator_line": Words(
        "{file}：首行 sep={sign} 不计入", "{file}: its first line sep={sign} is not counted as a row"
    ),
    "unscrambled": Words(
        "{file}：UTF-8 文本曾被当作 GBK 打开并另存，已还原（列名：{after}）",
        "{file}: UTF-8 had been opened as GBK and saved again; it was read back (columns: {after})",
    ),
    "full_width_delimiter": Words(
        "{file}：按全角分隔符“{sign}”分列", "{file}: cut at the full-width separator {sign!r}"
    ),
    "empty_last_column": Words(
        "{file}：每行末尾多一个分隔符，空的最后一列已略去",
        "{file}: each row ends with a separator; the empty last column is left out",
    ),
    "zero_times": Words(
        "{column}：{n} 个零值按未填处理（{values}）", "{column}: {n} zeros treated as not given ({values})"
    ),
    "dates_only": Words(
        "{column}：只有日期，没有时刻：一天以内的时长和先后看不到",
        "{column}: dates without a time of day: durations and the order within a day cannot be seen",
    ),
    "no_time": Words(
        "{column}：{n} 个占位符按未填处理（{values}）", "{column}: {n} placeholders treated as not given ({values})"
    ),
    "no_person": Words(
        "{column}：{n} 行写的不是人，按没有处理人处理（{values}）",
        "{column}: {n} rows name nobody, treated as without a resource ({values})",
    ),
    "end_of_day": Words(
        "{column}：{n} 个 24:00 按次日 00:00 读取", "{column}: {n} times at 24:00 read as 00:00 of the next day"
    ),
    "time_mix": Words(
        "{column}：混有几种写法，已分别读取：{formats}", "{column}: written in several ways, each read: {formats}"
    ),
}
"""Code of a note to its sentence; the facts of the note fill it."""
