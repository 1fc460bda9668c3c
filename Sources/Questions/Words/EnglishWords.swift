extension Vocabulary {
    /// Right words that are one letter away from one of ours, and mean something else.
    static let rightWords: Set<String> = Set(
        """
        abide able abort accent account aces ache aching acted actor acts adult afar aged agnes aide alike \
        ally along aloud alter amount ample anger apace apart apes apt arch area arise arm arrived \
        asked asks asleep atop auspicious avert awaiting awhile backed backs backup backups bad bailed \
        bailing bait bake baking bald ball bam ban band bang banging bangs bank banks bare barge bark bash \
        bat batch bath batter battery beach bead beak bean beans bear beard beast beat beating become bed \
        beef beep beer bees began begun belay bell belly belt bench bend bending bent beta bets bid bill \
        billing billy bind binding birthday bit bites bitter black blacked blade blake blamed bland blank \
        blast blasted blaze bleak bleed blend bless blind blink bliss bloat block blog bloke blow blue \
        blues bluetooth boast boat bold bolt bolted bond bone bones bong book booked booking boom boon \
        boost boot booth border bore boring boss bother bought bound bout bows box brake brand brash brawl \
        breach breached bread bred bright brink broken broker broom brow brunch buck bucket bud budge \
        buffet bug bull bump bumped bun burn burnt bury burying buses bush bust busty butter buys buzz \
        cable cage cages cake calf call caller calling calm calmed camel camp can candle candles cane cap \
        cape capital care cared carl cars cart case cases cash cashed cashing casing cast casts catch \
        catching cater cats cave cease cell cello cent certificate certificates champion chance chances \
        channel chanting charge charged charging charles chase chat cheap cheat cheek cheeks cheer cheers \
        cheese chess chest chick chip chop chores chose chow chuck clan clanging clash class clause click \
        climb clip clips cloak clock clocked closing clot cloudy clover clue coached coaching coal coast \
        coat code coffee coil coin coke cold collar colonel color colour coma comb combing come comet \
        commute compete complaint concert cone cons consult consumed contained content contest cook cooking \
        cop cope coping cord cores cork corn cost costly cosy count counted counting county court cover \
        coward cows crack cracked cracking cracks cram crash crashed crate crates cream creep crest crime \
        crop crosses crow crows crush crushed crushes crying cunning cup cure curing curse cut dads \
        dagger dairy daisy dam dame dames damp dancer dang dare daring dart dash dated dating dave dawn \
        deaf deal dean dear dearly decay deceased deceive deceived deceiving decent decree deed deeds deem \
        deer deft delay dell den dent dental deport descent described desk detain devise dhcp dice died \
        dies diet dime dine ding dinner dire disc discount dish dive dns dock docked dogs dome dong \
        doom dope dork dose doses dots douse dove doves dread dream drip dripping drive driven driver drone \
        drought drove drown drying dude duel duet duke dull duly dumber dump dumped dung dusk dust dusty \
        dwell early earning ears ease east eight eighth empire ending estate even extensive eyes face \
        facing fact factory faculty fade fail faint fair fake fakes faking fall fame famed fan fangs fans \
        fare farm fart farther fasten fate fates father fault favorite favourite fear feast feat fee feed \
        feet fell fella felt fend fever fiend fifth fight figured file filed files filing fill film filmed \
        filming find fine fined finer fire fired firewall firm fish fisk fist fit five flag flame flatter \
        flee flesh flew flies flight flip flips float flock flour flow flowed flower flue fold folk folks \
        fond food fool fooling foot football forcing ford fore forging fork form formal formally forming \
        fort forth foster fought foul found fount fountain fox france fred free freed fret fright frog \
        frost frying fuel full fully fun fund funding funnel funny fuse fused gag gagging gain gall gals \
        game games gang gangs gap gas gasp gasps gate gates gather gave gear geek geeks gems gene ghost \
        gill give given glanced glass gloat globe glove glow glowing glue goad goat gods gold google goon \
        gore gown gpu grace gram grand grape grass great greed greek greet greeting grew grief grime groom \
        gross ground grove growling growls grown guess guest gull gum gun gunning gut hack hacked hailed \
        hailing hall halo ham hand handed handing handler hanged hans hare harm harp hash hatch hate hates \
        hating hats haven haze head heading heady heal heap hear heart heating heave heck heed heel heels \
        heft height heir held hell helm hem hen herb herd hero herr hers hick hide hill hind hint hips hire \
        hissing hit hive hoist holed holy home homes homing honey hood hook hooking hoot hop hope hopes \
        horse hose host hound house housed hover howl howling hugged hugging hugs hull humidity hump hunch \
        hunk hunt iced ideal identified idly ill imply included insider insult internal inventor involve \
        involves ip issued item jack jacked jacket jacks jade jailed jake jam james jane jean jeans \
        jeep jelly jets jingle jive jogging join joint joke joker jumper jumpy junk jury just kate keen \
        kennel kernels kick kill kilo kilos kind king kissing kit knew knight knit knob knot lace lacing \
        lacked laid lake lakes lame lamp lance land lane laps larger laser lash lass lasting latch late \
        latent latex latte lawn layer lays lead leader leading leaf lean leaned leaning leans leap leaping \
        leaps leapt lease leased leash least leaving left lefty legs lend lending lengthy lens lent lest \
        letter level lever lice licence license lick life lift light lightly like limb lime line lined \
        linen linger lips lire lisa list listed lit liter litter live lived lively liver loaf loan loaned \
        lobe lock locked locker locket locking loft log logged logging login logins logo logs lone longed \
        loop loose loot looting lord lore lorry loser lost loud louse love lover loving lowly luck lull \
        lumber lump lunch lung lure luring lush lying maid mailed mailing main maker makers male males mall \
        man mangy manly map mare marking mary mash mask masks massage mast master mat match mate mates \
        mating matter maze meal meaning meant measured meat medal media meek memo men mend mental mere mess \
        messing met metal metric mew mice might mighty mike mile mill mince mind minding mine ming mingle \
        mini mink mint mist moan moaning moans moat modal mode model moist mold mole monkey mood moon \
        moot mop moss most motel moth mother mound mount mountain mourning mouse mouth movie muck music \
        must musty mutt nagging nail nailed nailing near nearby neat neatly needy neon nerd nerds \
        nerve nest nesting never newer nicer nick nicked niece night nine noise north nose nosy \
        noted notice notices null number nun nurse offended oily older olive open ounce outrage oven over \
        overhear overheard oversight owes pace pacing pack package packages packed packer packs pact paged \
        pager paid pain paint pale pals pan pant para park parquet party pass passes password passwords \
        past pasta paste patch pawned pays peace peach pear peas peck peed peek peel peep peer pen pending \
        perk pest petal pets pick picket pier pierce pike pile pill pine ping pining pink pint pipe piping \
        pit pizza place placing plan plank plant pleased plot plow plug plugs plum pocket poem point pointy \
        poke poker pole poles ponder pool pop pope pore pork port ports pose posing possibly post \
        pound pour pours powder preach precious prep president prevent prey pride prime prince print \
        printer prize probable probe processed professor prole prom prone prop pros prose prove prying pull \
        pump pumped pun punch pure purse push quack quarantine quest quiet quit quits quote race \
        racing rack racked racket rag rage raid rain raise raising rake rally ramp ran rang ranger rank \
        rare rash rat rated rating rave raving raw ray react reacted ready real really realm reap rear \
        receiver recovery redo reed reek reeks reel refuse refuses regain relate relax relaxed relays \
        released reload rely rem renal rent rental repay repent replay reply reread resort rest resting \
        result retail retain rewarding rice rick ride riding right riled rim rime rind ring rinse ripe risk \
        risking rite rites roach road roam roast robe robot rock rocket rode role roles rome roof roost \
        root rooted rope rose round rouse route rowing rows rubs ruin ruining ruins rum run rung runt ruse \
        rush rust ryan sack sacked sacks safer sage sail sailed sailing saint sake sale sand sane sang save \
        saving scan scare scent scheme score scores scream seal sealing seam sean seaside season seat \
        seating seats sect seed seek seeks seem seen seize selinux sell send senior sensing sensory sent \
        sentenced sentry serve served server service services seventh sever sewn shade shake shame shape \
        shaped share shat shave shaving sheep shell shift shine ship shirt shock shoe shoes shoot shop \
        shore shores shot shout show showed shower shown shred shrieking sided sigh sight silk sill simpler \
        sin sing singled sink sire sit site sixth skate skid skill skilled skills slack slain slap slapped \
        slapping slash slate sled sleep sleepy slew slick slid slide slip slips slob slop slot slow small \
        smart snap snapped snapping snare snitch snort snot snow snowed snuck snuff soap soccer sock sofa \
        soften sold sole soles sometime son song soot sore sorry sorta sought sound sour sox space spade \
        spare spared spark speak specially speck sped speeding speedy spice spied spies spill spin spine \
        spite spoke spoken spoon sport spread ssl stab stack staff stag stage stake stakes staking \
        stalk stalked stalking stand staple star stare stared stares stark starling stars starter startled \
        starved stated statue statues steak steam steaming steel steep stem step sterling stick stiff \
        stitch stitches stock stole stomp stoop stop stores story stow strand stranger stray stream struck \
        stuck stuffy style suck sue sued suffer suffered suing suite sum sun sung superb supper supposed \
        surf surge suspicions suture swab swam swamp swamped swan swarm swat sway sweep sweet swell swift \
        swim switched sword swords tablet tack tagging tailed tailing taint taken tale tales talk \
        talking talks tall tame tamed tamp tank tanks tap tape tapes taping tart tasks tasted taxes tea \
        teach team tear teen tell telly temper temple tempt ten tend tending tent terror tess test testing \
        text thanks thaw them theme there these thick thigh thin thingy thirsty thorough those though \
        thread threat three threw throughout thus tick ticket tide tides tidy tight tile till timed timer \
        ting tip tire tires tissue tls toad toast toes tokens toll tone tones tony tool top tore torn toss \
        tour tours tout tower town toying trace traced tracing track tracker tram transit transmitter trash \
        trashed tray tread treason treat tree trick tricked tricking troubled truce true trust tuck tunnel \
        turf turning tying typed tyre unfit unit unite units unity universe unload unloaded unloading untie \
        update updates upload urn vague valued valve van vary vast vault veal vending vent verse versus \
        vest vial vials vice vile vince vine visa visitor visitors vital vive voltage vote vows wade wage \
        wages wail wailing waist wait waking walk wall wand wander wane want want's wanting ward warming \
        warn warp wars wary wash waste wasted wasting watch water watt watts wave waving weak wealth \
        wealthy wear weather web website weed weeds weep weight weirdo well went wept west whale wheat \
        where while whim whine white whole whose wide widows width wifi wild will willing wilt wind winding \
        window wine wink wire wise wit witch witches witness woke woken wong wood woods wool word wore work \
        worm worn worthy wound wrap wring writ writer wrote yam yang yard year yearly yearn yell yonder \
        york zen zone zones zoom
        """.split(separator: " ").map(String.init))

    /// Programs that people ask about: no typing errors, and no words of ours.
    static let programs: Set<String> = [
        "apache", "celery", "chrome", "chromium", "clamd", "cron", "crond", "dockerd", "elasticsearch",
        "etcd", "ffmpeg",
        "firefox", "gitlab", "grafana", "haproxy", "httpd", "java", "jenkins", "kafka", "kubelet", "mariadb",
        "memcached", "minio", "mongo",
        "mongod", "mysql", "mysqld", "nginx", "node", "ollama", "php", "podman", "postfix", "postgres",
        "postgresql", "prometheus", "python",
        "rabbitmq", "redis", "ruby", "rsync", "samba", "ssh", "sshd", "stress", "sysmaint", "systemd",
        "traefik", "vim", "wireguard", "yum",
    ]
}
