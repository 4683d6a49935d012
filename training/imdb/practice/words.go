package practice

// Neutral lists: one word a blank, an underscore stands for a blank inside an entry. Entries near
// the front of a list are drawn more often, as in any language.
var neutral = map[string]string{
	"film":     "film movie picture",
	"films":    "films movies pictures",
	"is":       "is was is",
	"are":      "are were are",
	"very":     "very so really quite truly rather extremely absolutely",
	"really":   "really truly very absolutely",
	"starts":   "starts started begins",
	"ends":     "ends ended",
	"relative": "friend brother sister wife husband mother father neighbour colleague cousin uncle aunt daughter son boss teacher flatmate grandmother",
	"man":      "brother father husband uncle son grandfather nephew",
	"woman":    "sister mother wife aunt daughter grandmother niece",
	"crowd":    "critics reviewers newspapers papers people_around_me experts posters",
	"aspect": "story acting ending plot script music dialogue direction cast photography pace humour score camera_work " +
		"first_half second_half opening last_scene romance editing main_character villain lighting soundtrack chase " +
		"atmosphere twist casting screenplay narration animation final_act sound imagery finale",
	"aspects": "characters jokes performances songs actors scenes costumes special_effects dialogues sets landscapes " +
		"supporting_actors action_scenes dance_numbers love_scenes flashbacks punchlines close-ups monologues stunts",

	"genre": "comedy drama thriller western musical romance documentary mystery adventure horror_film war_film " +
		"crime_story fairy_tale science_fiction_film family_film road_movie spy_film period_piece cartoon biography " +
		"gangster_film ghost_story love_story space_opera",
	"first": "anna john maria peter clara tom julia david laura martin helen george emma robert alice paul rosa frank " +
		"ines carl sofia henry lucy mark eva simon nora victor irene daniel olga luis marta hugo elena jack vera oscar " +
		"teresa walter",

	"job": "teacher detective baker doctor soldier farmer nurse painter pianist lawyer sailor waiter journalist widow " +
		"student priest driver photographer carpenter thief cook gardener pilot singer librarian policeman tailor " +
		"clerk mechanic boxer dancer postman fisherman engineer spy shepherd butcher judge translator hairdresser",
	"trait": "young old retired quiet lonely tall poor rich shy stubborn ambitious homeless famous blind pregnant " +
		"divorced unemployed talkative absent-minded middle-aged proud nervous polite foreign local wealthy restless",
	"animal": "dog cat horse parrot donkey wolf goat bear monkey fox",
	"object": "letter map suitcase diary photograph key ring revolver violin painting newspaper watch telephone coin " +
		"manuscript necklace box_of_tapes bicycle passport lantern recipe compass",
	"place": "village harbour hospital railway_station school theatre hotel prison monastery factory castle farmhouse " +
		"bakery lighthouse mountain_hut circus library market desert border_town fishing_port vineyard island " +
		"submarine shopping_centre suburb",
	"room":    "kitchen attic cellar bedroom garage garden office chapel corridor bathroom stable laundry",
	"country": "italy spain france japan mexico ireland argentina germany india canada poland portugal brazil iceland greece norway chile scotland egypt cuba",
	"season":  "summer winter autumn spring",
	"year":    "1942 1950 1955 1961 1968 1972 1977 1980 1984 1986 1989 1991 1994 1997 1999 2001 2003 2005 2008 2012 1936 1939 1947",
	"number":  "two three four five six seven eight",
	"ordinal": "first second third fourth fifth sixth",
	"minutes": "ninety eighty-five ninety-five a_hundred a_hundred_and_ten a_hundred_and_twenty seventy-five eighty",
	"when": "last_week yesterday last_night on_sunday on_saturday last_month two_days_ago on_friday this_afternoon " +
		"on_a_rainy_tuesday on_a_long_flight on_my_birthday at_christmas during_the_holidays after_work late_at_night years_ago",
	"where": "in_the_cinema at_home on_television at_a_festival on_an_old_tape in_a_half_empty_hall at_the_film_club " +
		"in_the_open_air on_my_laptop at_a_friend's_house in_the_front_row with_subtitles",
	"snack":  "popcorn coffee lemonade chocolate crisps tea ice_cream",
	"titleA": "silent last red broken hidden golden wooden northern paper winter midnight seventh borrowed glass distant blue",
	"titleB": "river house station garden letter summer bridge witness harbour orchard promise train mirror neighbour island piano shadow door",
}

// Words of opinion, in favour and against; entries of one line are of one kind, so that each side
// can stand where the other does.
var opinions = map[string][2]string{
	"adj": {
		"wonderful good great brilliant excellent funny fantastic moving beautiful superb gripping amazing charming clever " +
			"enjoyable exciting entertaining perfect touching interesting delightful fresh convincing impressive witty " +
			"lovely memorable outstanding original intelligent powerful fascinating hilarious terrific marvelous engaging " +
			"thrilling stunning believable remarkable elegant inspired magnificent incredible awesome nice solid heartwarming " +
			"breathtaking absorbing imaginative satisfying captivating flawless graceful refreshing amusing masterful",
		"boring bad terrible awful dull stupid horrible predictable weak poor tedious slow silly ridiculous disappointing " +
			"pointless flat wooden clumsy lifeless dreadful annoying empty forgettable mediocre shallow bland messy confusing " +
			"unfunny cheap hollow cliched pathetic lame unbearable worthless stale forced dreary laughable irritating ugly " +
			"sloppy atrocious tiresome monotonous uninspired muddled painful unconvincing tasteless incoherent tiring " +
			"repetitive long-winded charmless amateurish",
	},
	"best":  {"best finest funniest greatest most_beautiful most_exciting loveliest", "worst dullest silliest weakest most_boring most_annoying poorest"},
	"noun":  {"masterpiece delight joy gem pleasure triumph treat classic wonder success work_of_art little_miracle feast", "mess disaster bore waste_of_time failure disappointment joke flop chore nightmare train_wreck insult catastrophe"},
	"loved": {"loved enjoyed liked admired adored cherished", "hated disliked loathed regretted detested despised"},
	"love":  {"love enjoy like admire adore", "hate dislike loathe regret detest"},
	"well":  {"well beautifully strongly brilliantly perfectly wonderfully", "badly slowly poorly terribly weakly clumsily"},
	"hoped": {"hoped hoped dreamed", "feared feared suspected"},
	"praised": {
		"praised recommended defended applauded celebrated",
		"attacked mocked condemned dismissed slated",
	},
	"commend": {"recommend_it recommend_it_to_everyone highly_recommend_this", "advise_against_it warn_everyone pity_everyone_who_paid"},
	"see": {
		"watch_it see_it rent_it recommend_it buy_a_ticket go_and_see_it give_it_a_chance buy_the_dvd watch_this_movie see_this_film",
		"skip_it avoid_it stay_away stay_at_home switch_it_off avoid_this_movie miss_this_film forget_it",
	},
	"advice": {
		"you_will_not_regret_it don't_miss_it do_not_miss_this do_not_hesitate don't_wait_for_the_dvd save_a_seat_for_me",
		"you_will_regret_it don't_waste_your_time do_not_waste_your_money_on_this do_not_bother don't_waste_your_money save_your_money",
	},
	"again": {
		"watch_it_again see_it_again_and_again see_it_twice pay_to_see_it_again keep_the_tape",
		"leave_after_ten_minutes ask_for_my_money_back sell_the_dvd switch_it_off throw_the_tape_away",
	},
	"happy": {"happy glad delighted thrilled moved charmed cheerful", "bored disappointed annoyed angry tired irritated sad"},
	"react": {
		"laughed smiled applauded cheered laughed_out_loud cried_with_joy",
		"yawned fell_asleep groaned looked_at_the_clock left_early slept_for_an_hour",
	},
	"yawn":   {"laugh smile applaud cheer laugh_out_loud", "yawn fall_asleep groan look_at_the_clock leave_early"},
	"works":  {"works shines succeeds delights convinces surprises", "fails drags disappoints bores annoys falls_apart"},
	"makes":  {"makes_sense made_me_smile made_me_laugh kept_me_awake makes_you_think", "makes_no_sense made_me_angry made_me_yawn put_me_to_sleep goes_nowhere"},
	"full":   {"full_of_ideas full_of_life full_of_surprises well_made well_paced", "full_of_holes far_too_long full_of_cliches badly_made too_slow"},
	"better": {"better funnier stronger richer", "worse weaker duller longer"},
	"stars":  {"10_out_of_10 9_out_of_10 five_stars four_stars two_thumbs_up", "1_out_of_10 2_out_of_10 one_star two_stars two_thumbs_down"},
	"thanks": {"thank_you well_done congratulations bravo", "shame_on_you try_again never_again give_up"},
	"worth": {
		"worth_every_penny highly_recommended a_must_see worth_seeing time_well_spent a_film_for_the_whole_family",
		"a_waste_of_time a_waste_of_money not_worth_it best_avoided time_badly_spent a_film_for_nobody",
	},
}

// Every front with every back is a surname, and most of them are rare words, as names are.
const (
	surnameFronts = "hart ash brook well fair stan wood whit green lock north cross hal win rad pem thorn mill lang black cald " +
		"west mar hollow"
	surnameEnds = "ley ford field man more ton bury worth son well wick stone by dale ham"
)
