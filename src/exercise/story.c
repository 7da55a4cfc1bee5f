#include "story.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define FILE_MAX ((size_t)4 << 20)

struct story {
    struct arena *a;
    json_t *plan;         /* story.json */
    json_t *person, *org; /* key -> {name, org name}; key -> number */
};

/* --- data --- */
static enum err table(struct story *s, const char *data, const char *file, size_t cols,
                      void (*row)(struct story *, const slice *), struct fault *f)
{
    slice text, v[32];
    size_t n;
    bool head = true;
    enum err e = file_read(s->a, arena_fmt(s->a, "%s/%s", data, file), FILE_MAX, &text, f);
    struct csv c = {.rest = text};
    while (!e && csv_next(&c, s->a, v, TB_COUNT(v), &n)) {
        if (c.bad || n < cols)
            return fault_set(f, E_PARSE, file, "%zu行目: 列が足りません。", c.line);
        if (!head)
            row(s, v);
        head = false;
    }
    return e;
}
#define Z(x) arena_dup(s->a, x)
static void org_row(struct story *s, const slice *v)
{
    json_object_set_new(s->org, Z(v[0]), json_pack("{s:s, s:s}", "number", Z(v[1]), "name", Z(v[2])));
}
static void person_row(struct story *s, const slice *v)
{
    const char *org = json_string_value(json_object_get(json_object_get(s->org, Z(v[3])), "name"));
    json_object_set_new(s->person, Z(v[0]),
                        json_pack("{s:s, s:s}", "name", Z(v[1]), "org", org ? org : "一般（発見者）"));
}

enum err story_open(struct story **out, const char *data, struct fault *f)
{
    struct story *s = mem_zero(1, sizeof *s);
    slice text;
    *s = (struct story){.a = arena_new((size_t)32 << 20), .person = json_object(), .org = json_object()};
    enum err e = table(s, data, "bodies.csv", 5, org_row, f);
    if (!e)
        e = table(s, data, "operators.csv", 5, org_row, f);
    if (!e)
        e = table(s, data, "people.csv", 5, person_row, f);
    if (!e)
        e = file_read(s->a, arena_fmt(s->a, "%s/story.json", data), FILE_MAX, &text, f);
    if (!e)
        s->plan = json_loadb(text.p, text.n, 0, NULL);
    if (!e && !s->plan)
        e = fault_set(f, E_PARSE, "story.json", "筋書が読めません。");
    if (e) {
        story_close(s);
        s = NULL;
    }
    *out = s;
    return e;
}

void story_close(struct story *s)
{
    if (!s)
        return;
    json_decref(s->plan);
    json_decref(s->person);
    json_decref(s->org);
    arena_free(s->a);
    free(s);
}

/* --- one look at the store --- */
struct look {
    struct story *s;
    struct db *db;
    struct arena *a;
    struct fault *f;
    enum err e;
    usec_t now;
    slice report, cas, coord, response, product, notice;
    struct story_step *out;
    int step;
    bool found;
};

static slice ask(struct look *l, enum query q, slice a, slice b)
{
    struct dbrows r;
    struct dbval v[] = {DBT(a.p ? a : SL("")), DBT(b.p ? b : SL(""))};
    if (l->e)
        return SLN;
    l->e = db_run(l->db, q, v, b.p ? 2 : 1, &r, l->a, l->f);
    return !l->e && r.rows ? ROW(&r, 0, 0).s : SLN;
}
static int64_t count(struct look *l, enum query q, slice a, slice b)
{
    struct dbrows r;
    struct dbval v[] = {DBT(a.p ? a : SL("")), DBT(b.p ? b : SL(""))};
    if (l->e)
        return 0;
    l->e = db_run(l->db, q, v, b.p ? 2 : 1, &r, l->a, l->f);
    return !l->e && r.rows ? ROW(&r, 0, 0).i : 0;
}
static bool done(struct look *l, slice subject, enum act_id act, int times)
{
    return subject.n && count(l, Q_story_done, subject, sl(law_act[act].name)) >= times;
}
static const char *member_of(const json_t *o, const char *k)
{
    const char *z = json_string_value(json_object_get(o, k));
    return z ? z : "";
}
static slice person_id(struct look *l, const char *key, slice *name, slice *org)
{
    const json_t *p = json_object_get(l->s->person, key);
    *name = sl(member_of(p, "name"));
    *org = sl(member_of(p, "org"));
    return ask(l, Q_story_person, *name, *org);
}
static slice org_id(struct look *l, const char *key)
{
    return ask(l, Q_story_org, sl(member_of(json_object_get(l->s->org, key), "number")), SLN);
}

/* One step of the story: passed over when done; the first that is not becomes the answer. Takes `in`. */
static void step(struct look *l, bool is_done, const char *person, enum act_id act, slice subject, const char *title,
                 const char *why, json_t *in)
{
    l->step++;
    if (l->found || is_done || l->e) {
        json_decref(in);
        return;
    }
    l->found = true;
    *l->out = (struct story_step){
        .index = l->step, .title = title, .why = why, .act = act, .subject = subject, .case_id = l->cas, .in = in};
    l->out->person = person_id(l, person, &l->out->person_name, &l->out->org_name);
}

static json_t *config_of(struct look *l)
{
    json_t *o = json_object_get(json_object_get(l->s->plan, "case"), "configurations");
    return o ? json_incref(o) : json_array();
}

static char *hash_of(struct look *l, const char *text)
{
    uint8_t h[SHA_LEN];
    char *hex = arena_get(l->a, 65);
    sha256(sl(text), h);
    hex_of(h, sizeof h, hex);
    return hex;
}

static const char advisory[] = "IPA脅威情報（演習）";

static void intake(struct look *l)
{
    const json_t *c = json_object_get(l->s->plan, "case");
    step(l, l->report.n, "finder-1", ACT_vulreport_submit, SLN, "発見者として、脆弱性を届け出る",
         "付録7の基本の経路です。届け出ると、IPAの受付箱に入り、峻別の時計が動きます。",
         json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "maker", member_of(c, "maker"), "product",
                   member_of(c, "product"), "version", "7.2.3", "description",
                   "管理画面に細工した要求を一度送ると、認証を経ずに管理者として操作できます。版 7.2.3 "
                   "で確かめました。海外の観測では、未明から使われている疑いがあります。",
                   "publish_wish", "対策ができてから公表してください", "finder_name", "宮﨑 琴", "finder_address",
                   "miyazaki@university.example"));
    step(l, done(l, l->report, ACT_vulreport_decide, 1), "ipa-desk", ACT_vulreport_decide, l->report,
         "IPAの受付として、届出を受理する",
         "不受理でも峻別は続きます（付録7）。受理すると、製品開発者との調整を始められます。",
         json_pack("{s:s}", "outcome", "ACCEPTED"));
    step(l, done(l, l->cas, ACT_case_add_evidence, 1), "ipa-triage-1", ACT_case_add_evidence, l->cas,
         "峻別担当として、影響する製品と版を固定する",
         "影響する製品と版（NVDの形）を書くと、全国の届出資産との照合が始まります。",
         json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "ev_kind", "IPA_THREAT", "exploited", "0", "source", advisory,
                   "source_hash", hash_of(l, advisory), "text",
                   "影響する版は 7.0.0 以上 7.0.12 未満、7.2.0 以上 7.2.4 未満。製品開発者の一次確認による。", "config",
                   config_of(l)));
    step(l, done(l, l->cas, ACT_case_assist, 1), "jp-coord-1", ACT_case_assist, l->cas,
         "JPCERT/CCとして、悪用の状況を伝える", "峻別はIPAが、JPCERT/CCの協力を得て行います（71②、付録7）。",
         json_pack("{s:s, s:s}", "jp_exploitation", "SUSPECTED", "jp_spread",
                   "OEM供給先はない。海外のCSIRTから悪用の疑いの連絡を受けた。"));
    step(l, l->coord.n, "jp-coord-1", ACT_coord_start, SLN, "JPCERT/CCとして、製品開発者との調整を始める",
         "告示による通常の調整は、政府の対応と並行して進みます。公表の目安は45日です。",
         json_pack("{s:s%, s:s}", "case", l->cas.p ? l->cas.p : "", l->cas.n, "vendors", member_of(c, "maker")));
}

static void triage(struct look *l)
{
    bool matched = l->cas.n && count(l, Q_story_matches, l->cas, SLN) > 0;
    step(l, matched, "ipa-triage-1", ACT_COUNT, l->cas, "照合の結果を待つ",
         "照合の機械が、すべての届出資産と突き合わせています（37、72①）。", json_object());
    if (l->found && l->out->act == ACT_COUNT)
        l->out->wait = true;
    step(
        l, done(l, l->cas, ACT_case_decide_notify, 1), "ipa-triage-1", ACT_case_decide_notify, l->cas,
        "峻別担当として、通知要と判断する",
        "二つの物差し（(a) 攻撃活動との関連、(b) 社会への影響）のどちらかに当たれば通知します。",
        json_pack(
            "{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "prong_a", "YES", "prong_b", "YES", "ssvc_exploitation", "ACTIVE",
            "ssvc_automatable", "YES", "ssvc_impact", "TOTAL", "ssvc_mission", "HIGH", "reason",
            "悪用の疑いがあり、5分野の特定重要電子計算機で使われている。認証を要せず、遠隔から管理者権限を得られる。"));
    step(l, done(l, l->cas, ACT_case_notify_cao, 1), "ipa-triage-1", ACT_case_notify_cao, l->cas,
         "峻別担当として、内閣府に通知する", "ここから内閣府が事案を見られるようになります。発見者の身元は渡りません。",
         json_pack("{s:s}", "summary",
                   "公表前の認証回避。悪用の疑い。基幹インフラの5事業者で確実に該当。公表前の個別の情報提供が要る。"));
    step(l, done(l, l->cas, ACT_case_take, 1), "cao-duty", ACT_case_take, l->cas, "内閣府の当直として、対応を始める",
         "着手の時計が止まり、対応の時計が動きます。", json_object());
}

static const char *const invited = "OP136";
static const struct {
    const char *op, *recv;
    bool guided;
    const char *status, *note;
} target[] = {
    {"OP007", "op007-recv", true, "FIXED", "7.2.4 に更新した。ログに痕跡はなかった。"},
    {"OP116", "op116-recv", true, "FIXED", "VPN-01 を更新し、VPN-02 も同じ版であることを確かめて更新した。"},
    {"OP136", "op136-recv", true, "FIXED", "管理画面を閉じたうえで更新した。"},
    {"OP094", "op094-recv", false, NULL, NULL},
    {"OP203", "op203-recv", false, NULL, NULL},
};

static void provide(struct look *l)
{
    slice op = org_id(l, invited), member = ask(l, Q_story_member, op, SLN), prov[TB_COUNT(target)];
    json_t *all = json_array();
    step(l, member.n, "cao-council", ACT_member_invite, SLN, "協議会の事務として、構成員でない事業者に加入を求める",
         "40条は秘密を運べません。公表前の情報は、協議会の構成員（45条）にだけ渡せます。",
         json_pack("{s:s%, s:s, s:s}", "org", op.p ? op.p : "", op.n, "member_kind", "USER", "why",
                   "公表前の脆弱性の情報を共有するため"));
    step(l, done(l, member, ACT_member_answer, 1), "op136-admin", ACT_member_answer, member,
         "事業者の管理者として、加入に同意する", "加入は任意です（45②）。加入しなくても不利益はありません。",
         json_pack("{s:s}", "outcome", "MEMBER"));
    for (size_t i = 0; i < TB_COUNT(target); i++) {
        slice to = org_id(l, target[i].op);
        prov[i] = l->cas.n ? ask(l, Q_story_provision, l->cas, to) : SLN;
        if (prov[i].n)
            json_array_append_new(all, json_stringn(prov[i].p, prov[i].n));
        step(l, prov[i].n, "cao-analyst-1", ACT_provision_propose, SLN, "分析官として、提供先を提案する",
             "提供先ごとに、その事業者自身の照合結果だけから抜粋を作ります。ほかの提供先は見えません。",
             json_pack("{s:s%, s:s, s:s%, s:s, s:s, s:s, s:s}", "case", l->cas.p ? l->cas.p : "", l->cas.n, "item_kind",
                       "CASE_EXTRACT", "recipient", to.p ? to.p : "", to.n, "basis", "A45", "need",
                       "届け出られた装置が該当し、悪用の疑いがあるため", "rights_note",
                       "事業者名と製品開発者の未公表の情報を、目的の範囲に限って扱う（43）", "advice",
                       "管理画面への外部からの接続を止め、ログを保全してください。修正版は 7.2.4 と 7.0.12 です。"));
    }
    step(l, l->response.n, "cao-analyst-1", ACT_response_propose, SLN,
         "分析官として、対応①（公表前の個別の情報提供）を提案する", "提案した人は、承認できません（二人の確認）。",
         json_pack("{s:s%, s:s, s:s, s:O}", "case", l->cas.p ? l->cas.p : "", l->cas.n, "response_kind", "R1_PRE_INFO",
                   "reason", "悪用の疑いがあり、公表を待つと被害が広がるおそれがあるため", "targets", all));
    step(l, done(l, l->response, ACT_response_decide, 1), "cao-appr", ACT_response_decide, l->response,
         "承認者として、対応を決める", "決定と同じ取引で、提供が一件ずつ承認され、送られます。",
         json_pack("{s:s}", "outcome", "ACTIVE"));
    for (size_t i = 0; i < TB_COUNT(target); i++) {
        if (!target[i].guided) {
            step(l, done(l, prov[i], ACT_provision_waive, 1) || done(l, prov[i], ACT_provision_set_status, 1),
                 "cao-appr", ACT_provision_waive, prov[i], "承認者として、回答待ちを打ち切る",
                 "演習では二者の回答を待たずに進みます。回答のないことは、記録に残ります。",
                 json_pack("{s:s}", "waive_reason", "演習のため、回答を待たない"));
            continue;
        }
        step(l, done(l, prov[i], ACT_provision_receive, 1), target[i].recv, ACT_provision_receive, prov[i],
             "事業者として、受け取る", "自社の装置だけが書かれています。ほかに誰が受け取ったかは見えません。",
             json_object());
        step(l, done(l, prov[i], ACT_provision_set_status, 1), target[i].recv, ACT_provision_set_status, prov[i],
             "事業者として、対応状況を答える",
             "監視している・回避策を取った・修正した・影響を受けない、から選びます（40②は努力義務）。",
             json_pack("{s:s, s:s}", "status", target[i].status, "status_note", target[i].note));
    }
    json_decref(all);
}

static json_t *sentences(void)
{
    return json_pack(
        "[{s:s, s:[s]}, {s:s, s:[s]}]", "text",
        "カガリ・ゲートの管理画面に、認証を回避できる脆弱性があります。影響する版は 7.0.0 以上 7.0.12 未満、7.2.0 以上 "
        "7.2.4 未満です。",
        "provenance", "report:vulreport", "text",
        "修正版 7.0.12 又は 7.2.4 に更新してください。更新できないときは、管理画面への外部からの接続を止めてください。",
        "provenance", "coord:vendor");
}

static void publish(struct look *l)
{
    char at[33], *planned = arena_get(l->a, 11);
    instant_iso(l->now, at);
    day_iso(day_of_instant(l->now), planned);
    step(l, done(l, l->coord, ACT_coord_progress, 1), "jp-coord-1", ACT_coord_progress, l->coord,
         "JPCERT/CCとして、修正版ができたことを記録する", "発見者には、進みぐあいだけが伝わります。",
         json_pack("{s:s, s:s, s:s}", "outcome", "FIX_READY", "planned_on", planned, "fix", "7.0.12、7.2.4"));
    step(l, l->product.n, "jp-coord-1", ACT_product_draft, SLN, "JPCERT/CCとして、周知の文を起案する",
         "すべての文に出典が要ります。",
         json_pack("{s:s%, s:s, s:s, s:o}", "case", l->cas.p ? l->cas.p : "", l->cas.n, "grade", "SHUCHI", "title",
                   "カガリ・ゲートの認証回避の脆弱性", "sentences", sentences()));
    for (int i = 0; i < 2; i++)
        step(l, done(l, l->product, ACT_product_classify, i + 1), "jp-coord-1", ACT_product_classify, l->product,
             "文ごとに、秘密かどうかを判断する", "判断しない文は、秘密として扱われます。",
             json_pack("{s:i, s:s, s:s}", "sentence", i, "secret", "NO", "reason",
                       "届出と調整の中で得た、公表する事実だけの文"));
    step(l, done(l, l->product, ACT_product_propose, 1), "jp-coord-1", ACT_product_propose, l->product, "審査に出す",
         "確定は、別の人がします。", json_object());
    step(l, done(l, l->product, ACT_product_issue_shuchi, 1), "jp-head", ACT_product_issue_shuchi, l->product,
         "JPCERT/CCの責任者として、周知等用を確定する", "秘密の印を外す、狭い手続です。違いの指紋が台帳に残ります。",
         json_pack("{s:s}", "diff_hash", hash_of(l, "product difference")));
    step(l, l->notice.n, "jp-coord-1", ACT_notice_draft, SLN, "周知を起案する", "公表の日時を決めます。",
         json_pack("{s:s%, s:s, s:s, s:s}", "product", l->product.p ? l->product.p : "", l->product.n, "basis", "GL7",
                   "at", at, "channels", "JVN"));
    step(l, done(l, l->notice, ACT_notice_decide, 1), "jp-head", ACT_notice_decide, l->notice,
         "JPCERT/CCの責任者として、周知を決める", "日時が来ていれば、すぐに公表されます。",
         json_pack("{s:s, s:s}", "outcome", "SCHEDULED", "page_hash", hash_of(l, "notice page")));
    step(l, done(l, l->coord, ACT_coord_publish, 1), "jp-coord-1", ACT_coord_publish, l->coord, "JVNで公表する",
         "公表で、45日の目安の時計が止まります。",
         json_pack("{s:s%}", "product", l->product.p ? l->product.p : "", l->product.n));
}

static void finish(struct look *l)
{
    step(l, done(l, l->response, ACT_response_end, 1), "cao-analyst-1", ACT_response_end, l->response,
         "分析官として、対応を終える", "提供した相手の対応が済みました。",
         json_pack("{s:s}", "result", "3者が修正を終え、2者は回答待ちを打ち切った"));
    step(l, done(l, l->cas, ACT_case_finish, 1), "cao-appr", ACT_case_finish, l->cas,
         "承認者として、対応の終わりをIPAに通知する", "終わっていない提供や対応があると、できません。",
         json_pack("{s:s}", "finish_summary", "公表前に5者へ提供し、対策の公表まで終えた"));
    step(l, done(l, l->cas, ACT_case_tell_finder, 1), "ipa-desk", ACT_case_tell_finder, l->cas,
         "IPAの受付として、発見者に伝える", "事業者の名など、発見者が知り得ないことは書けません。",
         json_pack("{s:s, s:s}", "told_text",
                   "届け出ていただいた脆弱性は、対策が公表されました。ありがとうございました。", "told_outcome",
                   "TOLD"));
}

enum err story_next(struct story *s, struct gate_reader *r, usec_t now, struct arena *a, struct story_step *out,
                    struct fault *f)
{
    struct look l = {.s = s, .db = gate_reader_db(r), .a = a, .f = f, .out = out, .now = now};
    slice name, org;
    *out = (struct story_step){.act = ACT_COUNT};
    slice finder = person_id(&l, "finder-1", &name, &org);
    l.report = ask(&l, Q_story_report, sl(member_of(json_object_get(s->plan, "case"), "product")), finder);
    if (l.report.n)
        l.cas = ask(&l, Q_story_case, l.report, SLN);
    if (l.cas.n) {
        l.coord = ask(&l, Q_story_coord, l.cas, SLN);
        l.response = ask(&l, Q_story_response, l.cas, SLN);
        l.product = ask(&l, Q_story_product, l.cas, SLN);
    }
    if (l.product.n)
        l.notice = ask(&l, Q_story_notice, l.product, SLN);
    intake(&l);
    triage(&l);
    provide(&l);
    publish(&l);
    finish(&l);
    out->total = l.step;
    if (!l.found)
        *out = (struct story_step){.index = l.step + 1,
                                   .total = l.step,
                                   .act = ACT_COUNT,
                                   .case_id = l.cas,
                                   .title = "演習の終わり",
                                   .why = "届出から発見者への通知まで、すべての手続が台帳に残りました。"};
    if (l.e && l.found)
        json_decref(out->in);
    return l.e;
}

/* --- the cast --- */
static const struct {
    const char *key, *does;
} cast[] = {
    {"finder-1", "脆弱性を見つけて届け出る"},
    {"ipa-desk", "届出を受理し、終わりを発見者に伝える"},
    {"ipa-triage-1", "影響する製品と版を固定し、内閣府に通知するかを判断する"},
    {"ipa-triage-2", "通知不要の提案を、二人目として確かめる"},
    {"ipa-head", "IPAの責任者として確定する"},
    {"jp-coord-1", "製品開発者と調整し、公表の文を起案する"},
    {"jp-head", "公表の文と周知を確定する"},
    {"cao-duty", "通知を受けて対応を始める"},
    {"cao-analyst-1", "提供先と対応を提案する"},
    {"cao-appr", "提案を承認し、対応を終える"},
    {"cao-council", "協議会への加入を求める"},
    {"cao-registrar-1", "組織、利用者、役割を登録する"},
    {"meti-desk", "届出を内閣総理大臣に通知する"},
    {"op007-recv", "公表前の情報を受け取り、対応を答える"},
    {"op007-filer", "特定重要電子計算機を届け出る"},
    {"op116-recv", "公表前の情報を受け取り、対応を答える"},
    {"op136-admin", "協議会への加入に同意する"},
    {"op136-recv", "公表前の情報を受け取り、対応を答える"},
};

enum err story_cast(struct story *s, struct gate_reader *r, struct arena *a, struct story_member **out, size_t *n,
                    struct fault *f)
{
    struct story_step unused;
    struct look l = {.s = s, .db = gate_reader_db(r), .a = a, .f = f, .out = &unused};
    slice name, org;
    *out = arena_arr(a, struct story_member, TB_COUNT(cast));
    *n = 0;
    for (size_t i = 0; i < TB_COUNT(cast); i++) {
        slice id = person_id(&l, cast[i].key, &name, &org);
        if (id.n)
            (*out)[(*n)++] = (struct story_member){id, cast[i].does};
    }
    return l.e;
}
