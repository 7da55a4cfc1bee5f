"""What operators run: real makers, products and names, as people write them, and the CPE behind.

A spelling that begins with ? is known to nobody: it is in no alias and ends in the name queue. The others are exact
aliases after folding (width, case, corporate form, dashes). Versions come from exercise/vuln and from the last column.
"""
import collections
import re

# CPE vendor -> spellings of the maker.
MAKERS = {
    "fortinet": "フォーティネットジャパン合同会社|フォーティネット|Fortinet, Inc.|ﾌｫｰﾃｨﾈｯﾄ|?フォーティーネット社",
    "pulsesecure": "パルスセキュアジャパン株式会社|Pulse Secure, LLC|?パルスセキュア(旧ジュニパー)",
    "ivanti": "イヴァンティ|Ivanti|?イバンティ",
    "citrix": "シトリックス・システムズ・ジャパン株式会社|Citrix Systems, Inc.|シトリックス",
    "f5": "F5ネットワークスジャパン合同会社|F5, Inc.|Ｆ５ネットワークスジャパン合同会社",
    "cisco": "シスコシステムズ合同会社|Cisco Systems, Inc.|シスコシステムズ|ｼｽｺｼｽﾃﾑｽﾞ|?CISCO社",
    "paloaltonetworks": "パロアルトネットワークス株式会社|Palo Alto Networks, Inc.|パロアルトネットワークス",
    "sonicwall": "SonicWall|ソニックウォール・ジャパン合同会社|?ソニックウォール(代理店経由)",
    "checkpoint": "チェック・ポイント・ソフトウェア・テクノロジーズ株式会社|Check Point Software Technologies",
    "sophos": "ソフォス株式会社|Sophos Ltd.",
    "watchguard": "ウォッチガード・テクノロジー・ジャパン株式会社|WatchGuard Technologies, Inc.",
    "juniper": "ジュニパーネットワークス株式会社|Juniper Networks, Inc.|ジュニパーネットワークス",
    "zyxel": "Zyxel Networks|ザイセル|?ザイクセル",
    "draytek": "DrayTek Corp.|?ドレイテック",
    "mikrotik": "MikroTik|マイクロティック",
    "arraynetworks": "アレイ・ネットワークス株式会社|Array Networks, Inc.",
    "yamaha": "ヤマハ株式会社|ヤマハ|YAMAHA",
    "iij": "株式会社インターネットイニシアティブ|IIJ",
    "alliedtelesis": "アライドテレシス株式会社|アライドテレシス",
    "nec": "日本電気株式会社|日本電気|NEC|ＮＥＣ|㈱日本電気",
    "fujitsu": "富士通株式会社|富士通|Fujitsu Limited|ＦＵＪＩＴＳＵ",
    "furunosystems": "株式会社フルノシステムズ|フルノシステムズ",
    "seiko-sol": "セイコーソリューションズ株式会社|セイコーソリューションズ",
    "buffalo": "株式会社バッファロー|バッファロー",
    "vmware": "ヴイエムウェア株式会社|VMware, Inc.|ヴイエムウェア|?ブロードコム(旧VMware)",
    "veeam": "Veeam Software|ヴィーム・ソフトウェア株式会社",
    "solarwinds": "SolarWinds|ソーラーウインズ",
    "zohocorp": "ゾーホージャパン株式会社|Zoho Corporation",
    "zabbix": "Zabbix Japan合同会社|Zabbix",
    "hitachi": "株式会社日立製作所|日立製作所|㈱日立製作所|Hitachi, Ltd.",
    "hitachienergy": "株式会社日立エナジー|Hitachi Energy Ltd.",
    "trendmicro": "トレンドマイクロ株式会社|トレンドマイクロ|Trend Micro Incorporated",
    "skygroup": "Ｓｋｙ株式会社|Sky株式会社",
    "microsoft": "日本マイクロソフト株式会社|マイクロソフト|Microsoft Corporation|ﾏｲｸﾛｿﾌﾄ",
    "apache": "Apache Software Foundation|アパッチソフトウェア財団|?Apache(フリーソフト)",
    "oracle": "日本オラクル株式会社|Oracle Corporation|オラクル",
    "redhat": "レッドハット株式会社|Red Hat, Inc.|レッドハット",
    "pivotal_software": "Pivotal Software, Inc.",
    "openssl": "OpenSSL Project|OpenSSL Software Foundation",
    "gnu": "GNU Project|?GNU",
    "isc": "Internet Systems Consortium|ISC",
    "ntp": "NTP Project|Network Time Foundation",
    "nginx": "NGINX|F5 NGINX",
    "haxx": "curl project|?オープンソース(curl)",
    "sudo_project": "sudo project|Todd C. Miller",
    "polkit_project": "polkit project",
    "openbsd": "OpenBSD Project|OpenBSD",
    "linux": "The Linux Kernel Organization|Linux Kernel Organization",
    "canonical": "Canonical Ltd.|カノニカル",
    "debian": "Debian Project|Debian",
    "samba": "Samba Team",
    "exim": "Exim Internet Mailer",
    "redis": "Redis Ltd.|Redis",
    "postgresql": "PostgreSQL Global Development Group|PostgreSQL",
    "elastic": "Elastic N.V.|エラスティック",
    "php": "The PHP Group|PHP Group",
    "drupal": "Drupal|Drupal Association",
    "sixapart": "シックス・アパート株式会社|シックス・アパート",
    "litespeedtech": "LiteSpeed Technologies",
    "progress": "Progress Software Corporation|プログレス・ソフトウェア",
    "barracuda": "バラクーダネットワークスジャパン株式会社|Barracuda Networks, Inc.",
    "fortra": "Fortra, LLC|?ヘルプシステムズ",
    "soliton": "株式会社ソリトンシステムズ|ソリトンシステムズ",
    "northgrid": "株式会社ノースグリッド|ノースグリッド",
    "zimbra": "Synacor, Inc.|Zimbra",
    "atlassian": "アトラシアン株式会社|Atlassian",
    "cybozu": "サイボウズ株式会社|サイボウズ",
    "sap": "SAPジャパン株式会社|SAP SE",
    "jenkins": "Jenkins Project|Jenkins",
    "gitlab": "GitLab Inc.|GitLab合同会社",
    "adobe": "アドビ株式会社|Adobe Inc.",
    "papercut": "PaperCut Software",
    "qnap": "QNAP Systems, Inc.",
    "siemens": "シーメンス株式会社|Siemens AG|シーメンス",
    "schneider-electric": "シュナイダーエレクトリックホールディングス株式会社|Schneider Electric SE|シュナイダーエレクトリック",
    "yokogawa": "横河電機株式会社|横河電機|Yokogawa Electric Corporation|㈱横河電機",
    "mitsubishielectric": "三菱電機株式会社|三菱電機|Mitsubishi Electric Corporation|(株)三菱電機",
    "omron": "オムロン株式会社|オムロン|OMRON Corporation|ｵﾑﾛﾝ",
    "fujielectric": "富士電機株式会社|富士電機",
    "keyence": "株式会社キーエンス|キーエンス",
    "emerson": "日本エマソン株式会社|Emerson",
    "ffri": "株式会社FFRIセキュリティ|FFRI",
    "contec": "株式会社コンテック|コンテック",
    "rockwellautomation": "ロックウェル・オートメーション・ジャパン株式会社|Rockwell Automation",
    "honeywell": "日本ハネウェル株式会社|Honeywell International Inc.",
    "ge": "GEベルノバ|GE Digital",
    "moxa": "MOXA Inc.|モクサ",
    "hikvision": "ハイクビジョン・ジャパン株式会社|Hikvision",
    "toshiba": "株式会社東芝|東芝",
    "meidensha": "株式会社明電舎|明電舎",
}

# group | part:vendor:product (part - = no CPE is known) | object | kinds | weight | product spellings | further versions
TABLE = """
vpn | o:fortinet:fortios | HW | K2_3 K2_4 K2_7 | 34 | FortiGate 100F|フォーティゲート 100F|FortiGate 60F|FortiGate 200E|FortiOS|?FG-100F一式|?フォーティゲート（拠点用） | 7.0.14 7.0.15 7.2.5 7.2.8 7.4.1 7.4.4
vpn | a:pulsesecure:pulse_connect_secure | HW | K2_3 K2_4 K2_7 | 8 | Pulse Connect Secure|PSA3000|?パルスVPN | 9.1
vpn | a:ivanti:connect_secure | HW | K2_3 K2_4 K2_7 | 7 | Ivanti Connect Secure|イヴァンティ コネクト セキュア | 22.7
vpn | a:citrix:netscaler_application_delivery_controller | HW | K2_3 K2_7 | 8 | NetScaler ADC|ネットスケーラー ADC|Citrix ADC MPX | 13.1-53.17 14.1-21.57
vpn | a:citrix:netscaler_gateway | HW | K2_4 K2_7 | 5 | NetScaler Gateway|Citrix Gateway | 14.1-21.57
vpn | a:f5:big-ip_local_traffic_manager | HW | K2_3 K2_7 | 9 | BIG-IP LTM|BIG-IP i2600|ビッグアイピー LTM | 16.1.5 17.1.2
vpn | a:f5:big-ip_access_policy_manager | HW | K2_4 K2_6 | 4 | BIG-IP APM | 16.1.5 17.1.2
vpn | o:cisco:adaptive_security_appliance_software | HW | K2_3 K2_4 K2_7 | 18 | Cisco ASA 5516-X|ASA5516-X|Cisco ASA Software|?シスコFW | 9.12.4 9.16.4 9.18.4 9.20.3
vpn | a:cisco:firepower_threat_defense | HW | K2_3 | 5 | Firepower 2110 (FTD)|Cisco Firepower Threat Defense | 7.0.6 7.2.8
vpn | o:paloaltonetworks:pan-os | HW | K2_3 K2_4 K2_7 | 12 | PA-850|PAN-OS|PA-3220|パロアルト PA-850 | 10.2.9 11.0.4 11.1.2
vpn | o:sonicwall:sonicos | HW | K2_3 K2_7 | 5 | SonicWall TZ570|SonicWall NSa 2700|?ソニックウォールTZ | 7.1.3-7015
vpn | o:sonicwall:sma_210_firmware | HW | K2_4 K2_7 | 4 | SonicWall SMA 210|SMA210 | 10.2.1.13-72sv
vpn | o:sonicwall:sma_410_firmware | HW | K2_4 K2_7 | 3 | SonicWall SMA 410 | 10.2.1.13-72sv
vpn | o:checkpoint:quantum_security_gateway_firmware | HW | K2_3 | 4 | Check Point Quantum 6200|チェックポイント 6200 | r81.20
vpn | a:sophos:firewall | HW | K2_3 K2_7 | 3 | Sophos Firewall XGS 2100 | 20.0.1
vpn | o:watchguard:fireware | HW | K2_3 K2_7 | 5 | Firebox M370|WatchGuard Firebox M370 | 12.10.4
vpn | o:juniper:junos | HW | K2_2 K2_3 | 7 | SRX345|ジュニパー SRX345|Juniper SRX1500 | 21.4 22.4 23.4
vpn | o:zyxel:usg_flex_200_firmware | HW | K2_3 K2_7 | 4 | USG FLEX 200|Zyxel USG FLEX 200 | 5.37 5.38
vpn | o:zyxel:atp500_firmware | HW | K2_3 K2_7 | 2 | ATP500|Zyxel ATP500 | 5.37
vpn | o:fortinet:fortimanager | HW | K2_5 | 3 | FortiManager 200G|フォーティマネージャー | 7.2.8 7.4.5
vpn | a:fortinet:forticlient_enterprise_management_server | AP | K2_6 | 2 | FortiClient EMS | 7.2.4
vpn | o:juniper:screenos | HW | K2_3 | 1 | SSG 140|NetScreen SSG140 | 6.3.0:r27
vpn | o:arraynetworks:arrayos_ag | HW | K2_4 K2_7 | 6 | Array AG1100|アレイ AG1100|ArrayOS AG | 9.4.0.499 9.4.5.9
router | o:cisco:ios | HW | K2_2 K2_7 | 14 | Catalyst 2960-X|Cisco ISR 4331|カタリスト2960|シスコ ルーター ISR4331|?C2960X | 15.2(7)e8 15.7(3)m4
router | o:cisco:ios_xe | HW | K2_2 K2_7 | 12 | Catalyst 9300|Cisco ISR 4431|カタリスト9300 | 16.12.4 17.6.5 17.9.4 17.9.5 17.12.2
router | o:cisco:ios_xr | HW | K2_2 | 3 | Cisco NCS 540|Cisco ASR 9001 | 7.3.3 7.3.4 7.9.2
router | o:cisco:rv340_firmware | HW | K2_7 | 3 | Cisco RV340 | 1.0.03.29
router | o:cisco:rv134w_firmware | HW | K2_7 | 1 | Cisco RV134W | 1.0.1.21
router | o:seiko-sol:skybridge_mb-a100_firmware | HW | K2_7 K3_2 | 2 | SkyBridge MB-A100 | 4.2.2
router | o:siemens:scalance_x200_firmware | HW | K2_2 | 2 | SCALANCE X200 | 5.2.6
router | o:nec:univerge_dt830_firmware | HW | K3_2 | 2 | UNIVERGE DT830|ユニバージュ DT830 | 5.2.8.0
router | o:cisco:rv325_firmware | HW | K2_7 | 2 | Cisco RV325 | 1.5.1.13
router | o:draytek:vigor2960_firmware | HW | K2_7 | 2 | Vigor2960 | 1.5.1.5
router | o:mikrotik:routeros | HW | K2_2 K2_7 | 4 | RouterOS|MikroTik CCR2004 | 6.49.10 7.11.2
router | o:yamaha:rtx810_firmware | HW | K2_2 K2_7 | 9 | RTX810|ヤマハルーター RTX810|ＲＴＸ８１０ | rev.11.01.34
router | o:yamaha:nvr500_firmware | HW | K2_7 | 4 | NVR500|ヤマハ NVR500 | rev.11.00.38 rev.11.00.40
router | o:iij:seil_x1_firmware | HW | K2_2 K2_7 | 3 | SEIL/X1 | 6.20
router | o:alliedtelesis:centrecom_ar450s_firmware | HW | K2_7 | 2 | CentreCOM AR450S|ＡＲ４５０Ｓ |
router | o:fujitsu:si-r370b_firmware | HW | K2_2 K2_7 | 3 | Si-R370B|ＳＩ－Ｒ３７０Ｂ | 04.10
router | o:nec:aterm_wg2200hp_firmware | HW | K2_7 | 2 | Aterm WG2200HP|エーターム WG2200HP |
router | o:buffalo:wsr-2533dhp3-bk_firmware | HW | K2_7 | 1 | WSR-2533DHP3-BK | 1.26
router | o:furunosystems:acera_1310_firmware | HW | K2_7 | 2 | ACERA 1310 | 01.27
router | o:seiko-sol:skybridge_mb-a200_firmware | HW | K2_7 K3_2 | 4 | SkyBridge MB-A200|スカイブリッジ MB-A200 | 01.00.07
router | a:moxa:edr-g9010 | HW | K2_3 K2_2 | 3 | EDR-G9010 | 3.13
virt | a:vmware:vcenter_server | AP | K2_5 K2_6 | 10 | VMware vCenter Server|vCenter Server Appliance|ヴイセンター サーバー | 7.0 8.0
virt | o:vmware:esxi | OS | K1 K2_1 K2_5 | 14 | VMware ESXi|vSphere ESXi|?ESX（仮想基盤） | 6.5 6.7 7.0 8.0
virt | a:ivanti:endpoint_manager_mobile | AP | K2_6 | 4 | Ivanti Endpoint Manager Mobile|EPMM（旧MobileIron Core） | 12.1.0.0
virt | a:ivanti:mobileiron_sentry | AP | K2_4 | 2 | Ivanti Sentry|MobileIron Sentry | 9.19.0
virt | a:vmware:vrealize_network_insight | AP | K2_5 | 1 | vRealize Network Insight | 6.11.0
virt | a:vmware:tools | AP | K2_1 | 3 | VMware Tools | 12.3.5
virt | a:vmware:identity_manager | AP | K2_6 | 2 | VMware Identity Manager | 3.3.7
backup | a:veeam:backup_\\&_replication | AP | K2_5 | 10 | Veeam Backup & Replication|Veeam Backup ＆ Replication | 12.2.0.334
monitor | a:zabbix:zabbix | AP | K2_5 K3_2 | 7 | Zabbix|ザビックス | 5.0.40 6.0.30
monitor | a:solarwinds:webhelpdesk | AP | K2_5 | 2 | SolarWinds Web Help Desk | 12.8.3
monitor | a:solarwinds:orion_platform | AP | K2_5 | 2 | SolarWinds Orion Platform | 2020.2.4
monitor | a:zohocorp:manageengine_servicedesk_plus | AP | K2_5 | 4 | ManageEngine ServiceDesk Plus | 14.5
monitor | a:zohocorp:manageengine_adselfservice_plus | AP | K2_6 | 3 | ManageEngine ADSelfService Plus | 6.4
monitor | a:hitachi:jp1\\/extensible_snmp_agent | MW | K2_5 K3_2 | 6 | JP1/Extensible SNMP Agent | 12-00 13-00
monitor | -:hitachi:ajs3 | MW | K1 K2_1 | 9 | JP1/AJS3|JP1/Automatic Job Management System 3|?JP1ジョブ管理 | 11-50 12-60 13-10
monitor | a:nec:expresscluster_x | MW | K1 | 6 | CLUSTERPRO X|クラスタープロ X|EXPRESSCLUSTER X | 5.2
av | a:trendmicro:apex_one | AP | K2_1 K2_5 | 10 | Apex One|Trend Micro Apex One|エイペックスワン|ウイルスバスター コーポレートエディション後継 Apex One | 2019
av | a:ffri:ffri_yarai | AP | K2_1 | 3 | FFRI yarai|エフエフアールアイ ヤライ | 3.6.0
av | a:skygroup:skysea_client_view | AP | K2_1 K2_5 | 8 | SKYSEA Client View|ＳＫＹＳＥＡ　Ｃｌｉｅｎｔ　Ｖｉｅｗ|スカイシー クライアントビュー | 19.3 20.0
win | o:microsoft:windows_server_2008 | OS | K1 K2_1 | 3 | Windows Server 2008 R2|ウィンドウズサーバー2008 |
win | o:microsoft:windows_7 | OS | K2_1 K2_4 | 3 | Windows 7 Professional|ウィンドウズ7 |
win | o:microsoft:windows_server_2012 | OS | K1 K2_1 K2_5 K2_6 | 6 | Windows Server 2012|ウィンドウズサーバー2012 |
win | o:microsoft:windows_server_2016 | OS | K1 K2_1 K2_5 K2_6 | 10 | Windows Server 2016|ウィンドウズサーバー 2016 |
win | o:microsoft:windows_server_2019 | OS | K1 K2_1 K2_5 K2_6 | 12 | Windows Server 2019|Ｗｉｎｄｏｗｓ　Ｓｅｒｖｅｒ　２０１９ |
win | o:microsoft:windows_server_2022 | OS | K1 K2_1 K2_6 | 8 | Windows Server 2022 |
win | o:microsoft:windows_10_21h2 | OS | K2_1 K2_4 | 5 | Windows 10 21H2|ウィンドウズ10 |
unix | o:redhat:enterprise_linux | OS | K1 K2_1 K2_5 | 14 | Red Hat Enterprise Linux|RHEL|レッドハット エンタープライズ Linux | 7.9 8.6 8.10 9.4
unix | o:linux:linux_kernel | OS | K2_1 | 9 | Linux kernel|Linuxカーネル | 6.8.12 6.12
unix | o:canonical:ubuntu_linux | OS | K2_1 | 6 | Ubuntu Server|ウブントゥ サーバー | 20.04 22.04 24.04
unix | o:debian:debian_linux | OS | K2_1 K3_2 | 5 | Debian GNU/Linux | 11.0 12.0
unix | a:openbsd:openssh | MW | K2_1 K2_4 | 12 | OpenSSH|オープンSSH | 9.9
unix | a:sudo_project:sudo | MW | K2_1 | 6 | sudo | 1.9.17p2
unix | a:polkit_project:polkit | MW | K2_1 | 3 | polkit | 0.118
unix | a:gnu:glibc | MW | K2_1 | 4 | glibc|GNU C Library | 2.28 2.34
unix | a:samba:samba | MW | K2_1 K2_5 | 4 | Samba|サンバ | 4.19.4
mw | a:apache:http_server | MW | K2_1 K3_2 | 14 | Apache HTTP Server|アパッチ HTTPサーバー|httpd|?Apache2系 | 2.4.62
mw | a:apache:tomcat | MW | K1 K2_1 | 14 | Apache Tomcat|アパッチ・トムキャット|Tomcat | 8.5.100 9.0.102 10.1.39
mw | a:apache:struts | MW | K1 K2_1 | 10 | Apache Struts|アパッチ ストラッツ|Struts2 | 6.3.0.2
mw | a:apache:log4j | MW | K1 K2_1 | 10 | Apache Log4j|Log4j2|アパッチ Log4j | 2.17.1 2.20.0
mw | a:apache:commons_text | MW | K1 K2_1 | 3 | Apache Commons Text | 1.10.0
mw | a:oracle:weblogic_server | MW | K1 K2_1 | 12 | Oracle WebLogic Server|ウェブロジック サーバー|WebLogic | 14.1.1.0.0 14.1.2.0.0
mw | a:redhat:jboss_enterprise_application_platform | MW | K1 K2_1 | 4 | JBoss Enterprise Application Platform|JBoss EAP | 7.4
mw | a:pivotal_software:spring_data_commons | MW | K1 | 2 | Spring Data Commons | 2.1.0
mw | a:openssl:openssl | MW | K2_1 K2_4 | 13 | OpenSSL|オープンSSL | 1.1.1w 3.0.15
mw | a:nginx:nginx | MW | K2_1 K3_2 | 6 | nginx|エンジンエックス | 1.26.2
mw | a:php:php | MW | K2_1 | 7 | PHP | 8.2.24 8.3.12
mw | a:haxx:curl | MW | K2_1 | 4 | curl | 8.10.1
mw | a:isc:bind | MW | K2_2 K2_7 | 5 | BIND 9|BIND | 9.18.28
mw | a:ntp:ntp | MW | K2_1 K2_2 | 5 | ntpd|NTP | 4.2.8 4.2.8:p18
mw | a:redis:redis | MW | K2_1 | 2 | Redis | 7.2.5
mw | a:exim:exim | MW | K2_1 | 1 | Exim | 4.98
db | a:postgresql:postgresql | MW | K1 K2_1 | 9 | PostgreSQL|ポストグレスキューエル | 13.20 14.17 15.12 16.8
db | a:oracle:mysql_server | MW | K2_1 | 5 | MySQL Server | 8.0.39
db | a:elastic:elasticsearch | MW | K2_5 | 3 | Elasticsearch|エラスティックサーチ | 7.17.24
db | a:oracle:access_manager | MW | K2_6 K3_1 | 2 | Oracle Access Manager | 14.1.2.1.0
mail | a:microsoft:exchange_server | AP | K2_1 K2_5 | 22 | Microsoft Exchange Server|エクスチェンジ サーバー|Exchange Server | 2016:cumulative_update_23 2019:cumulative_update_14
mail | a:zimbra:collaboration | AP | K2_1 | 7 | Zimbra Collaboration|ジンブラ | 10.1.1
mail | o:barracuda:email_security_gateway_400_firmware | HW | K2_3 K2_7 | 3 | Barracuda Email Security Gateway 400|バラクーダ ESG 400 | 9.2.1
transfer | a:progress:moveit_transfer | AP | K2_1 K3_2 | 5 | MOVEit Transfer | 2024.0.3
transfer | a:solarwinds:serv-u | AP | K2_1 | 2 | Serv-U MFT Server | 15.4.2
transfer | o:zyxel:nas326_firmware | HW | K2_5 | 1 | NAS326 | 5.21(aazf.18)c0
transfer | a:northgrid:proself | AP | K2_1 K3_2 | 4 | Proself|プロセルフ | 5.63
transfer | a:northgrid:proself_enterprise_standard_edition | AP | K2_1 K3_2 | 3 | Proself Enterprise Edition|プロセルフ エンタープライズ版 | 5.63
transfer | a:soliton:filezen | HW | K2_1 K3_2 | 5 | FileZen|ファイルゼン | 5.0.3
transfer | a:fortra:goanywhere_managed_file_transfer | AP | K2_1 | 1 | GoAnywhere MFT | 7.6.2
transfer | o:qnap:qts | HW | K2_5 | 4 | QNAP TS-453D|QTS | 5.1.8
web | a:atlassian:confluence_server | AP | K2_5 | 10 | Confluence Server|コンフルエンス サーバー | 7.19.25 8.5.16
web | a:atlassian:confluence_data_center | AP | K2_5 | 4 | Confluence Data Center|コンフルエンス データセンター | 8.5.16
web | a:atlassian:bitbucket | AP | K2_5 | 2 | Bitbucket Server|ビットバケット | 8.9.20
web | a:sap:web_dispatcher | MW | K2_1 | 2 | SAP Web Dispatcher | 7.89
web | a:oracle:e-business_suite | AP | K1 K2_1 | 2 | Oracle E-Business Suite | 12.2.13
web | a:cybozu:garoon | AP | K2_5 | 6 | サイボウズ ガルーン|Garoon|サイボウズ Garoon | 6.0.2 6.15.2
web | a:sixapart:movable_type | AP | K2_1 | 3 | Movable Type|ムーバブル・タイプ | 8.0.3
web | a:drupal:drupal | AP | K2_1 | 2 | Drupal | 10.3.6
web | a:adobe:coldfusion | MW | K2_1 | 2 | Adobe ColdFusion | 2023:update12
web | a:jenkins:jenkins | AP | K2_5 | 3 | Jenkins|ジェンキンス | 2.462.2
web | a:gitlab:gitlab | AP | K2_5 | 3 | GitLab Community Edition|GitLab | 17.4.1
web | a:sap:netweaver | AP | K1 K2_1 | 3 | SAP NetWeaver|SAPネットウィーバー | 7.50
web | a:papercut:papercut_ng | AP | K2_5 | 2 | PaperCut NG | 23.0.9
web | a:litespeedtech:litespeed_cache | AP | K2_1 | 1 | LiteSpeed Cache | 6.5.1
scada | a:yokogawa:centum_vp | AP | K1 | 8 | CENTUM VP|センタム VP|ＣＥＮＴＵＭ　ＶＰ | r6.11.00
scada | a:yokogawa:centum_cs_3000 | AP | K1 | 4 | CENTUM CS 3000|センタム CS 3000|?CENTUM(旧型) |
scada | a:yokogawa:exaopc | AP | K2_1 K1 | 4 | Exaopc|エグザOPC | r3.81.00
scada | a:yokogawa:plant_resource_manager | AP | K2_5 | 2 | PRM|Plant Resource Manager | r4.06.00
scada | a:siemens:simatic_wincc | AP | K1 | 6 | SIMATIC WinCC|シマティック WinCC | 7.5 8.0
scada | a:siemens:simatic_pcs_7 | AP | K1 | 4 | SIMATIC PCS 7 | 9.1
scada | a:schneider-electric:ecostruxure_control_expert | AP | K2_5 | 4 | EcoStruxure Control Expert | 15.3
scada | a:rockwellautomation:studio_5000_logix_designer | AP | K2_5 | 2 | Studio 5000 Logix Designer | 20.0
scada | a:fujielectric:tellus | AP | K1 | 2 | TELLUS|テルス | 4.0.20.0
scada | a:ge:ifix | AP | K1 | 3 | iFIX|GE iFIX | 2024
scada | a:honeywell:experion_server | AP | K1 | 3 | Experion PKS Server |
scada | a:contec:conprosys_hmi_system | AP | K1 | 3 | CONPROSYS HMI System|コンプロシス HMI | 3.7.4
scada | a:fujielectric:v-server | AP | K1 | 3 | V-Server | 4.0.22
scada | -:toshiba:nv_series | HW | K1 | 5 | ユニファイドコントローラ nvシリーズ|東芝 nv-pac | 2.5
scada | -:meidensha:supervision | AP | K1 | 4 | 中央監視制御装置|監視制御装置 | 3.1
plc | o:mitsubishielectric:fx5uj-24mr\\/es_firmware | HW | K1 | 6 | MELSEC iQ-F FX5UJ-24MR/ES|メルセック FX5UJ-24MR/ES | 1.042
plc | o:mitsubishielectric:fx5uc-32mt\\/d_firmware | HW | K1 | 6 | MELSEC iQ-F FX5UC-32MT/D|シーケンサ FX5UC-32MT/D|?三菱シーケンサFX | 1.281
plc | o:mitsubishielectric:melsec_iq-fx5u-32mr\\/ds_firmware | HW | K1 | 4 | MELSEC iQ-F FX5U-32MR/DS|シーケンサ FX5U-32MR/DS | 1.290
plc | o:mitsubishielectric:c80_firmware | HW | K1 | 2 | 三菱CNC C80|C80 | bb
plc | a:mitsubishielectric:gt_softgot2000 | AP | K1 | 3 | GT SoftGOT2000 | 1.305t
plc | o:omron:nj501-1300_firmware | HW | K1 | 6 | NJ501-1300|マシンオートメーションコントローラ NJ501-1300 | 1.64.04
plc | o:omron:nj301-1100_firmware | HW | K1 | 4 | NJ301-1100 | 1.64.04
plc | a:omron:cx-one | AP | K2_5 | 3 | CX-One|シーエックスワン | 4.60
plc | o:siemens:simatic_s7-1500_firmware | HW | K1 | 5 | SIMATIC S7-1500|シマティック S7-1500 | 2.9.7 3.1
plc | o:siemens:simatic_s7-300_firmware | HW | K1 | 4 | SIMATIC S7-300 |
plc | o:siemens:simatic_s7-1200_cpu_firmware | HW | K1 | 3 | SIMATIC S7-1200 | 4.6.0
plc | o:siemens:siprotec_firmware | HW | K1 | 2 | SIPROTEC 4 EN100 | 4.26
plc | o:siemens:cp-8050_firmware | HW | K1 K2_2 | 2 | SICAM A8000 CP-8050 | 05.20
plc | o:schneider-electric:modicon_m340_firmware | HW | K1 | 4 | Modicon M340|モディコン M340 | 3.60
plc | o:schneider-electric:modicon_m580_firmware | HW | K1 | 4 | Modicon M580 | 4.20
plc | o:schneider-electric:triconex_tricon_mp_3008_firmware | HW | K1 | 2 | Triconex Tricon MP3008 | 11.3
plc | o:yokogawa:centum_cs_3000_cp451_firmware | HW | K1 | 4 | CP451 プロセッサモジュール|CENTUM CP451 |
plc | o:emerson:deltav_distributed_control_system_sx_controller_firmware | HW | K1 | 2 | DeltaV SX コントローラ | 14.3.1
plc | o:yokogawa:stardom_fcn_firmware | HW | K1 | 4 | STARDOM FCN|スターダム FCN | r4.40
plc | o:rockwellautomation:1756-en2t_series_d_firmware | HW | K1 | 3 | 1756-EN2T ControlLogix | 12.001
plc | o:hitachienergy:rtu500_firmware | HW | K1 K2_2 | 3 | RTU500 | 13.7.1
plc | o:keyence:vt5-wx15_firmware | HW | K1 | 3 | VT5-WX15 | 2.20
plc | o:contec:sv-cpt-mc310_firmware | HW | K1 K3_2 | 2 | SV-CPT-MC310|太陽光計測 SV-CPT-MC310 | 8.20
plc | o:contec:solarview_compact_firmware | HW | K1 K3_2 | 3 | SolarView Compact|ソーラービュー コンパクト | 8.20
plc | o:hikvision:ds-2cd2232-i5_firmware | HW | K3_2 | 2 | DS-2CD2232-I5 監視カメラ | 5.4.5
own | a:fujitsu:interstage_application_server | MW | K1 K2_1 | 8 | Interstage Application Server|インターステージ | 12.1.0
own | -:fujitsu:systemwalker | MW | K2_5 | 5 | Systemwalker Centric Manager|システムウォーカー | 17.0.1
own | -:nec:webotx | MW | K1 K2_1 | 5 | WebOTX Application Server|ウェブオーティーエックス | 10.4
own | a:hitachi:ucosminexus_application_server | MW | K1 K2_1 | 6 | uCosminexus Application Server|コズミネクサス | 09-87 11-40
own | a:hitachi:hirdb_single_server | MW | K1 | 5 | HiRDB|エイチアイアールディービー | 10-06
"""

OBJECT = {"HW": "APPLIANCE_HW", "OS": "OS", "MW": "MIDDLEWARE", "AP": "APPLICATION"}
Product = collections.namedtuple("Product", "group part vendor product object kinds weight names versions")


def known(spelling):
    return not spelling.startswith("?")


def products():
    out = []
    for line in TABLE.strip().splitlines():
        group, cpe, obj, kinds, weight, names, *rest = [c.strip() for c in re.split(r"\s\|(?:\s|$)", line)]
        part, vendor, product = cpe.split(":")
        versions = rest[0].split() if rest and rest[0] else []
        out.append(Product(group, part, vendor, product, OBJECT[obj], kinds.split(), int(weight), names.split("|"), versions))
    return out


def makers(vendor):
    return MAKERS[vendor].split("|")
